//! The types that random programs use, and how Go writes them.

use super::random::Random;

/// Names of the integer types, with their widths; negative: signed.
pub(crate) const INTS: [(&str, i32); 11] = [
    ("int", -64),
    ("int8", -8),
    ("int16", -16),
    ("int32", -32),
    ("int64", -64),
    ("uint", 64),
    ("uint8", 8),
    ("uint16", 16),
    ("uint32", 32),
    ("uint64", 64),
    ("uintptr", 64),
];

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    Bool,
    /// An index into [`INTS`].
    Int(usize),
    Float64,
    Float32,
    /// `complex128`.
    Complex,
    Text,
    Slice(Box<Type>),
    Array(usize, Box<Type>),
    Map(Box<Type>, Box<Type>),
    /// A struct of the program, by number.
    Struct(usize),
    Pointer(usize),
    /// The program's interface.
    Shape,
    Any,
    /// `func(params) result`.
    Func(Vec<Type>, Box<Type>),
    /// A type parameter of the function around, an integer.
    Param,
}

pub(crate) const INT: Type = Type::Int(0);

impl Type {
    pub(crate) fn is_int(&self) -> bool {
        matches!(self, Type::Int(_) | Type::Param)
    }

    pub(crate) fn is_float(&self) -> bool {
        matches!(self, Type::Float64 | Type::Float32)
    }

    pub(crate) fn is_number(&self) -> bool {
        self.is_int() || self.is_float() || *self == Type::Complex
    }

    /// Whether `%v` shows all of it, and nothing that differs from run to run.
    pub(crate) fn is_printable(&self) -> bool {
        !matches!(self, Type::Pointer(_) | Type::Shape | Type::Func(..))
    }

    pub(crate) fn is_comparable(&self) -> bool {
        match self {
            // Structs may have fields that are not.
            Type::Slice(_) | Type::Map(..) | Type::Func(..) | Type::Struct(_) => false,
            Type::Array(_, elem) => elem.is_comparable(),
            _ => true,
        }
    }
}

impl std::fmt::Display for Type {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Type::Bool => f.write_str("bool"),
            Type::Int(at) => f.write_str(INTS[*at].0),
            Type::Float64 => f.write_str("float64"),
            Type::Float32 => f.write_str("float32"),
            Type::Complex => f.write_str("complex128"),
            Type::Text => f.write_str("string"),
            Type::Slice(elem) => write!(f, "[]{elem}"),
            Type::Array(len, elem) => write!(f, "[{len}]{elem}"),
            Type::Map(key, elem) => write!(f, "map[{key}]{elem}"),
            Type::Struct(number) => write!(f, "S{number}"),
            Type::Pointer(number) => write!(f, "*S{number}"),
            Type::Shape => f.write_str("Shape"),
            Type::Any => f.write_str("any"),
            Type::Func(params, result) => {
                let params: Vec<String> = params.iter().map(ToString::to_string).collect();
                write!(f, "func({}) {result}", params.join(", "))
            }
            Type::Param => f.write_str("N"),
        }
    }
}

/// A type without parts.
pub(crate) fn scalar(random: &mut Random) -> Type {
    match random.below(10) {
        0..=2 => INT,
        3..=5 => Type::Int(random.below(INTS.len())),
        6 => Type::Bool,
        7 => Type::Float64,
        8 if random.chance(30) => Type::Float32,
        8 if random.chance(20) => Type::Complex,
        _ => Type::Text,
    }
}

/// A type that can be a map's key.
pub(crate) fn key(random: &mut Random) -> Type {
    match random.below(6) {
        0 => Type::Array(2, Box::new(Type::Int(random.below(INTS.len())))),
        1 => Type::Int(random.below(INTS.len())),
        2 | 3 => INT,
        _ => Type::Text,
    }
}

/// Any type of a variable; `structs` is how many structs there are.
pub(crate) fn any(random: &mut Random, structs: usize, depth: usize) -> Type {
    if depth == 0 || random.chance(40) {
        return scalar(random);
    }
    match random.below(9) {
        0 | 1 => Type::Slice(Box::new(part(random, structs, depth - 1))),
        2 => Type::Array(1 + random.below(4), Box::new(part(random, structs, depth - 1))),
        3 => Type::Map(Box::new(key(random)), Box::new(part(random, structs, depth - 1))),
        4 if structs > 0 => Type::Struct(random.below(structs)),
        5 if structs > 0 => Type::Pointer(random.below(structs)),
        6 if structs > 0 => Type::Shape,
        7 => Type::Any,
        8 => {
            let params = (0..random.below(3)).map(|_| scalar(random)).collect();
            Type::Func(params, Box::new(scalar(random)))
        }
        _ => scalar(random),
    }
}

/// A type of elements: printable, without pointers.
pub(crate) fn part(random: &mut Random, structs: usize, depth: usize) -> Type {
    let ty = any(random, structs, depth);
    if ty.is_printable() && ty != Type::Any { ty } else { scalar(random) }
}
