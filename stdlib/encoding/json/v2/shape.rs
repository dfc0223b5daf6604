//! What the natives know of plain types: for a struct its members.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use gol_vm::native::{NativeCx, NativeResult};
use gol_vm::value::RType;
use rustc_hash::FxHashMap;

use super::encode::quote;

/// A plain type.
#[derive(Default)]
pub(super) struct Shape {
    /// A struct's members, in order.
    pub(super) fields: Vec<Field>,
    by_name: HashMap<Vec<u8>, usize>,
}

pub(super) struct Field {
    pub(super) name: Vec<u8>,
    /// The name as a string of JSON, with the colon.
    pub(super) key: Vec<u8>,
    /// The way through embedded structs.
    pub(super) path: Vec<usize>,
    pub(super) omit_zero: bool,
    pub(super) omit_empty: bool,
}

impl Shape {
    /// The number of the member with a name; `guess` is the number that it has if members come in
    /// order.
    pub(super) fn find(&self, name: &[u8], guess: usize) -> Option<usize> {
        if self.fields.get(guess).is_some_and(|field| field.name == name) {
            return Some(guess);
        }
        self.by_name.get(name).copied()
    }
}

/// The shapes of plain types, by their addresses.
type Map = FxHashMap<usize, Arc<Shape>>;

/// The table of a runtime. It grows seldom, so who uses it takes it as it is.
#[derive(Default)]
struct Table(RwLock<Arc<Map>>);

#[derive(Clone)]
pub(super) struct Shapes(Arc<Map>);

impl Shapes {
    pub(super) fn of(cx: &NativeCx<'_>) -> Shapes {
        let table = cx.state::<Table>();
        Shapes(Arc::clone(&table.0.read().unwrap_or_else(PoisonError::into_inner)))
    }

    /// The shape of a type; `None` if it is not known to be plain.
    pub(super) fn get(&self, ty: &RType) -> Option<Arc<Shape>> {
        self.0.get(&std::ptr::from_ref(ty).addr()).cloned()
    }
}

/// Bits of a member.
const OMIT_ZERO: u64 = 1;
const OMIT_EMPTY: u64 = 2;

/// `func registerShape(pointer any, names []string, ways []int)`: for the type that a pointer is for, the
/// names of members, and of each in turn its bits, how many steps lead to it, and these.
pub(super) fn register(cx: &mut NativeCx<'_>) -> NativeResult {
    let pointer = cx.iface();
    let (names, ways) = (cx.slice(), cx.slice());
    let Some(ty) = pointer.elem_type() else { return Ok(()) };
    let mut shape = Shape::default();
    let mut ways = ways.words64().iter().copied();
    for (number, name) in names.strings().enumerate() {
        let bits = ways.next().unwrap_or(0);
        let steps = ways.next().unwrap_or(0) as usize;
        let path = ways.by_ref().take(steps).map(|step| step as usize).collect();
        let name = name.as_bytes().to_vec();
        let mut key = Vec::with_capacity(name.len() + 3);
        if !quote(&mut key, &name) {
            // Not registered, the type is left to the gol code.
            return Ok(());
        }
        key.push(b':');
        shape.by_name.insert(name.clone(), number);
        let (omit_zero, omit_empty) = (bits & OMIT_ZERO != 0, bits & OMIT_EMPTY != 0);
        shape.fields.push(Field { name, key, path, omit_zero, omit_empty });
    }
    let table = cx.state::<Table>();
    let mut map = table.0.write().unwrap_or_else(PoisonError::into_inner);
    Arc::make_mut(&mut map).insert(std::ptr::from_ref(ty).addr(), Arc::new(shape));
    Ok(())
}
