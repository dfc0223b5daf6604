//! Descriptors of types at run time.

use gol_bytecode::{FieldDesc, Kind, TypeDesc, TypeIdx};
use gol_grammar::ast::ChanDir;
use gol_types::{ArrayLen, Basic, ObjKind, Struct, Type, TypeId};

use super::Module;

/// Arrays of more elements than this list the pointers of their first element only.
const LISTED_ELEMENTS: u64 = 8;

fn basic_kind(basic: Basic) -> Kind {
    match basic {
        Basic::Bool | Basic::UntypedBool => Kind::Bool,
        Basic::Int | Basic::UntypedInt => Kind::Int,
        Basic::Int8 => Kind::Int8,
        Basic::Int16 => Kind::Int16,
        Basic::Int32 | Basic::UntypedRune => Kind::Int32,
        Basic::Int64 => Kind::Int64,
        Basic::Uint => Kind::Uint,
        Basic::Uint8 => Kind::Uint8,
        Basic::Uint16 => Kind::Uint16,
        Basic::Uint32 => Kind::Uint32,
        Basic::Uint64 => Kind::Uint64,
        Basic::Uintptr => Kind::Uintptr,
        Basic::Float32 => Kind::Float32,
        Basic::Float64 | Basic::UntypedFloat => Kind::Float64,
        Basic::Complex64 => Kind::Complex64,
        Basic::Complex128 | Basic::UntypedComplex => Kind::Complex128,
        Basic::String | Basic::UntypedString => Kind::String,
        Basic::UnsafePointer | Basic::UntypedNil => Kind::UnsafePointer,
        Basic::Invalid => Kind::Invalid,
    }
}

impl Module<'_> {
    /// The run-time descriptor of a concrete type, made on first use.
    pub(crate) fn type_idx(&mut self, t: TypeId) -> TypeIdx {
        if let Some(&idx) = self.types.get(&t) {
            return idx;
        }
        let canonical = self.checker.canonical(t);
        if let Some(&idx) = self.types.get(&canonical) {
            self.types.insert(t, idx);
            return idx;
        }
        let idx = TypeIdx(self.program.types.len() as u32);
        self.types.insert(canonical, idx);
        self.types.insert(t, idx);
        let desc = self.describe(canonical);
        self.program.types.push(desc);
        self.complete(canonical, idx);
        idx
    }

    /// What does not need other descriptors.
    fn describe(&mut self, t: TypeId) -> TypeDesc {
        let repr = self.repr(t);
        let u = self.checker.underlying(t);
        let kind = match self.checker.store.ty(u) {
            Type::Basic(b) => basic_kind(*b),
            Type::Pointer(_) => Kind::Pointer,
            Type::Slice(_) => Kind::Slice,
            Type::Array { .. } => Kind::Array,
            Type::Map { .. } => Kind::Map,
            Type::Chan { .. } => Kind::Chan,
            Type::Struct(_) => Kind::Struct,
            Type::Signature(_) => Kind::Func,
            Type::Interface(_) => Kind::Interface,
            _ => Kind::Invalid,
        };
        let (name, pkg_path) = self.name_of(t);
        TypeDesc {
            string: self.checker.type_string_qualified(t),
            name,
            pkg_path,
            go_size: self.checker.sizeof(t),
            pointers: self.listed_pointers(u, &repr.pointers),
            comparable: self.checker.is_comparable(t),
            ..TypeDesc::new(kind, &repr)
        }
    }

    /// Where pointers lie: of a long array only those of its first element.
    fn listed_pointers(&mut self, u: TypeId, all: &[u32]) -> Vec<u32> {
        match *self.checker.store.ty(u) {
            Type::Array { elem, len: ArrayLen::Known(len) } if len > LISTED_ELEMENTS => {
                let size = self.repr(elem).size;
                all.iter().copied().take_while(|&p| u64::from(p) < size).collect()
            }
            _ => all.to_vec(),
        }
    }

    /// A type's name and its package's path.
    fn name_of(&mut self, t: TypeId) -> (String, String) {
        match self.checker.store.ty(t) {
            Type::Basic(Basic::UnsafePointer) => ("Pointer".to_owned(), "unsafe".to_owned()),
            Type::Basic(_) => (self.checker.type_string_qualified(t), String::new()),
            Type::Named(named) => {
                let object = self.checker.store.obj(named.obj);
                let path = object
                    .pkg
                    .map_or_else(String::new, |p| self.checker.store.pkg(p).path.to_string());
                let string = self.checker.type_string_qualified(t);
                let start = string.find('[').unwrap_or(string.len());
                let name =
                    string[..start].rfind('.').map_or(string.as_str(), |dot| &string[dot + 1..]);
                (name.to_owned(), path)
            }
            _ => (String::new(), String::new()),
        }
    }

    /// What refers to other descriptors, which may refer back to this one.
    fn complete(&mut self, t: TypeId, idx: TypeIdx) {
        let u = self.checker.underlying(t);
        let ty = self.checker.store.ty(u).clone();
        let at = idx.0 as usize;
        match ty {
            Type::Basic(b) => {
                let kind = basic_kind(b);
                let plain = !matches!(
                    kind,
                    Kind::String
                        | Kind::Float32
                        | Kind::Float64
                        | Kind::Complex64
                        | Kind::Complex128
                );
                self.program.types[at].plain_equal = plain;
            }
            Type::Pointer(elem) => {
                let elem = self.type_idx(elem);
                self.program.types[at].elem = Some(elem);
                self.program.types[at].plain_equal = true;
                self.program.types[elem.0 as usize].pointer_to.get_or_insert(idx);
            }
            Type::Slice(elem) => self.program.types[at].elem = Some(self.type_idx(elem)),
            Type::Chan { dir, elem } => {
                let elem = self.type_idx(elem);
                let desc = &mut self.program.types[at];
                desc.elem = Some(elem);
                desc.plain_equal = true;
                desc.chan_dir = match dir {
                    ChanDir::Recv => 1,
                    ChanDir::Send => 2,
                    ChanDir::Both => 3,
                };
            }
            Type::Array { elem, len } => {
                let elem = self.type_idx(elem);
                let plain = self.program.types[elem.0 as usize].plain_equal;
                let desc = &mut self.program.types[at];
                desc.elem = Some(elem);
                desc.plain_equal = plain;
                desc.len = if let ArrayLen::Known(n) = len { n } else { 0 };
            }
            Type::Map { key, elem } => {
                let (key, elem) = (self.type_idx(key), self.type_idx(elem));
                self.program.types[at].key = Some(key);
                self.program.types[at].elem = Some(elem);
            }
            Type::Struct(s) => self.complete_struct(t, at, &s),
            Type::Signature(s) => {
                let (params, results) = self.checker.signature_types(u);
                let params = params.into_iter().map(|p| self.type_idx(p)).collect();
                let results = results.into_iter().map(|r| self.type_idx(r)).collect();
                let desc = &mut self.program.types[at];
                desc.params = params;
                desc.results = results;
                desc.variadic = s.variadic;
            }
            Type::Interface(_) => {
                let set = self.checker.method_set(u);
                let ids = set.iter().map(|s| self.method_id(s.obj, s.ty)).collect();
                self.program.types[at].iface_methods = ids;
            }
            _ => {}
        }
    }

    fn complete_struct(&mut self, t: TypeId, at: usize, s: &Struct) {
        let repr = self.repr(t);
        let mut fields = Vec::with_capacity(s.fields.len());
        let mut end = 0;
        let mut plain = true;
        for (i, &field) in s.fields.iter().enumerate() {
            let object = self.checker.store.obj(field).clone();
            let ty = self.type_idx(object.ty);
            let (word, offset) = repr.fields.get(i).copied().unwrap_or((0, 0));
            let desc = &self.program.types[ty.0 as usize];
            plain &= desc.plain_equal && offset == end && object.name != "_";
            end = offset + desc.size;
            let embedded = matches!(&object.kind, ObjKind::Var(v) if v.embedded);
            let pkg_path = match object.pkg {
                Some(pkg) if !object.is_exported() => self.checker.store.pkg(pkg).path.to_string(),
                _ => String::new(),
            };
            let tag = s.tags.get(i).map_or_else(String::new, ToString::to_string);
            fields.push(FieldDesc {
                name: object.name.to_string(),
                pkg_path,
                ty,
                offset,
                word,
                embedded,
                tag,
            });
        }
        let desc = &mut self.program.types[at];
        desc.plain_equal = plain && end == desc.size;
        desc.fields = fields;
    }
}
