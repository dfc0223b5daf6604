//! The error codes: what each says, and the smallest program that earns it.
//!
//! The names are those of Go's type checker where it has one. `gol explain CODE` prints an entry;
//! the test below checks that every program is refused with its code.

/// One kind of error.
#[derive(Clone, Copy, Debug)]
pub struct CodeInfo {
    pub name: &'static str,
    /// One sentence.
    pub meaning: &'static str,
    /// A file that has this error; scripts stand without a package clause.
    pub example: &'static str,
}

/// The entry of a code.
pub fn explain(name: &str) -> Option<&'static CodeInfo> {
    CODES.iter().find(|c| c.name == name)
}

macro_rules! codes {
    ($($name:ident: $meaning:literal, $example:literal;)*) => {
        /// All codes, sorted by name.
        pub static CODES: &[CodeInfo] = &[$(CodeInfo {
            name: stringify!($name),
            meaning: $meaning,
            example: concat!("package p\n\n", $example, "\n"),
        }),*];
    };
}

codes! {
    AmbiguousSelector: "A selector finds several fields or methods at the same depth of embedding.",
        "type A struct{ x int }\ntype B struct{ x int }\ntype C struct {\n\tA\n\tB\n}\n\nvar _ = C{}.x";
    BadDecl: "A declaration is not formed as its place demands.",
        "func f[T any]()";
    BadDotDotDotSyntax: "An array type takes its length from its elements only in a composite literal.",
        "var a [...]int";
    BadImportPath: "An import path is empty or not supported.",
        "import \"C\"";
    BadOffsetofSyntax: "The argument of unsafe.Offsetof must be a selector.",
        "import \"unsafe\"\n\nvar x int\n\nconst _ = unsafe.Offsetof(x)";
    BadRecv: "A receiver has another number of type parameters than its type.",
        "type T[P any] struct{}\n\nfunc (T[A, B]) m() {}";
    BlankIfaceMethod: "A method of an interface must have a name.",
        "type I interface{ _() }";
    BrokenImport: "A package cannot be imported.",
        "import _ \"no/such/package\"";
    CannotInferTypeArgs: "A call does not say what a type parameter stands for.",
        "func f[T any]() {}\n\nfunc _() { f() }";
    DivByZero: "An integer constant is divided by zero.",
        "const _ = 1 / 0";
    DuplicateCase: "Two cases of a switch are the same.",
        "func _(x int) {\n\tswitch x {\n\tcase 1:\n\tcase 1:\n\t}\n}";
    DuplicateDecl: "A name is declared twice in a block.",
        "var x int\nvar x int";
    DuplicateDefault: "A switch or select has two default clauses.",
        "func _(x int) {\n\tswitch x {\n\tdefault:\n\tdefault:\n\t}\n}";
    DuplicateFieldAndMethod: "A struct type has a field and a method of the same name.",
        "type T struct{ x int }\n\nfunc (T) x() {}";
    DuplicateLabel: "A label is declared twice in a function.",
        "func _() {\nL:\n\tfor {\n\t\tbreak L\n\t}\nL:\n\tfor {\n\t\tbreak L\n\t}\n}";
    DuplicateLitField: "A struct literal sets a field twice.",
        "var _ = struct{ x int }{x: 1, x: 2}";
    DuplicateLitKey: "A map literal has a constant key twice.",
        "var _ = map[int]int{1: 1, 1: 2}";
    DuplicateMethod: "A type has two methods of the same name.",
        "type T struct{}\n\nfunc (T) m() {}\nfunc (T) m() {}";
    ImpossibleAssert: "A type assertion can never succeed, because the type lacks a method.",
        "type T struct{}\n\nfunc _(x interface{ m() }) { _ = x.(T) }";
    IncomparableMapKey: "The keys of a map must be comparable.",
        "var _ map[[]int]int";
    IncompatibleAssign: "A value cannot be assigned to a variable of that type.",
        "var x int = \"text\"";
    InvalidAppend: "The first argument of append must be a slice.",
        "var _ = append(1, 2)";
    InvalidArrayLen: "The length of an array must be a constant that is no negative integer.",
        "var n = 1\nvar _ [n]int";
    InvalidAssert: "Only interfaces can be asserted to a type.",
        "var x int\nvar _ = x.(int)";
    InvalidBlank: "The blank identifier has no value.",
        "var _ = _";
    InvalidCall: "Only functions can be called.",
        "var x int\nvar _ = x()";
    InvalidCap: "A value has no capacity.",
        "var x int\nvar _ = cap(x)";
    InvalidClear: "clear takes a map or slice.",
        "func _(x int) { clear(x) }";
    InvalidClose: "close takes a channel that can be sent to.",
        "func _(x int) { close(x) }";
    InvalidComplex: "The arguments of complex must be floats of one size.",
        "var _ = complex(true, 1)";
    InvalidCond: "A condition is not boolean.",
        "func _(x int) {\n\tif x {\n\t}\n}";
    InvalidConstInit: "A constant is initialised with what is no constant.",
        "var x int\n\nconst _ = x";
    InvalidConstType: "Constants are booleans, numbers or strings.",
        "const _ []int = nil";
    InvalidConversion: "A value cannot be converted to a type.",
        "var x []int\nvar _ = string(x)";
    InvalidCopy: "copy takes two slices, or bytes and a string.",
        "func _() { copy(1, 2) }";
    InvalidDeclCycle: "A declaration refers to itself.",
        "type T struct{ t T }";
    InvalidDelete: "delete takes a map.",
        "func _(x int) { delete(x, 1) }";
    InvalidEmbed: "A //go:embed line cannot apply to this variable, or names no files.",
        "import _ \"embed\"\n\n//go:embed x\nvar n int";
    InvalidImag: "imag takes a complex number.",
        "var x int\nvar _ = imag(x)";
    InvalidIndex: "An index is not an integer, or out of range.",
        "var a [3]int\nvar _ = a[3]";
    InvalidIndirection: "Only pointers can be followed.",
        "var x int\nvar _ = *x";
    InvalidInitCycle: "A variable needs itself to be initialised.",
        "var x = f()\n\nfunc f() int { return x }";
    InvalidInitDecl: "init and main are functions without parameters and results.",
        "var init int";
    InvalidInstanceCycle: "A generic function or type would have to be instantiated without end.",
        "func f[P any]() { f[*P]() }";
    InvalidIota: "iota is known in constant declarations only.",
        "var _ = iota";
    InvalidLen: "A value has no length.",
        "var x int\nvar _ = len(x)";
    InvalidLit: "A composite literal needs a struct, array, slice or map type.",
        "type T int\n\nvar _ = T{}";
    InvalidMake: "make takes a slice, map or channel type.",
        "var _ = make(int)";
    InvalidMethodExpr: "A method expression needs a type that has the method.",
        "type T struct{}\n\nfunc (*T) m() {}\n\nvar _ = T.m";
    InvalidMinMaxOperand: "min and max need ordered values.",
        "var x = true\nvar _ = min(x)";
    InvalidPkgUse: "The name of a package stands only before a dot.",
        "import \"unsafe\"\n\nvar _ = unsafe";
    InvalidPtrEmbed: "A pointer, unsafe.Pointer or type parameter cannot be embedded.",
        "type P *int\ntype _ struct{ P }";
    InvalidRangeExpr: "A value cannot be ranged over.",
        "func _(x struct{}) {\n\tfor range x {\n\t}\n}";
    InvalidReal: "real takes a complex number.",
        "var x int\nvar _ = real(x)";
    InvalidReceive: "A value cannot be received from.",
        "var x int\nvar _ = <-x";
    InvalidRecv: "Methods belong to types that this package defines.",
        "func (int) m() {}";
    InvalidSelectCase: "A case of a select is no send and no receive.",
        "func _(x int) {\n\tselect {\n\tcase x > 1:\n\t}\n}";
    InvalidSend: "A value cannot be sent to.",
        "func _(x int) { x <- 1 }";
    InvalidShiftCount: "A shift count is negative or no integer.",
        "var x int\nvar _ = x << -1";
    InvalidShiftOperand: "A shift needs integers.",
        "var x float64\nvar _ = x << 1";
    InvalidStructLit: "A struct literal has too few or too many values.",
        "var _ = struct{ x, y int }{1}";
    InvalidTypeArg: "A type argument does not satisfy its constraint.",
        "type T[P interface{ m() }] struct{}\n\nvar _ T[int]";
    InvalidTypeSwitch: "A type switch needs an interface.",
        "func _(x int) {\n\tswitch x.(type) {\n\t}\n}";
    InvalidUnion: "The terms of a union overlap, or are interfaces with methods.",
        "type _ interface{ int | ~int }";
    JumpIntoBlock: "goto jumps into a block.",
        "func _() {\n\tgoto L\n\t{\n\tL:\n\t}\n}";
    JumpOverDecl: "goto jumps over the declaration of a variable.",
        "func _() {\n\tgoto L\n\tvar x int\n\t_ = x\nL:\n}";
    MismatchedTypes: "The operands of an operator have different types.",
        "var x, y = 1, \"a\"\nvar _ = x + y";
    MisplacedBreak: "break stands in no loop, switch or select.",
        "func _() { break }";
    MisplacedConstraintIface: "An interface with type terms is good as a constraint only.",
        "var _ interface{ ~int }";
    MisplacedContinue: "continue stands in no loop.",
        "func _() { continue }";
    MisplacedDirective: "An instruction for the compiler stands where it means nothing.",
        "//go:noinline\nvar x int";
    MisplacedFallthrough: "fallthrough ends a case of a switch that is not the last one.",
        "func _() { fallthrough }";
    MisplacedLabel: "break or continue names a label that is none of an enclosing statement.",
        "func _() {\nL:\n\tfor {\n\t}\n\tfor {\n\t\tcontinue L\n\t}\n}";
    MisplacedTypeParam: "A type parameter cannot stand here.",
        "type _[P any] P";
    MissingBody: "A function has no body.",
        "func f()";
    MissingFieldOrMethod: "A value has no such field or method.",
        "var x struct{}\nvar _ = x.f";
    MissingInitBody: "An init function has no body.",
        "func init()";
    MissingLitField: "A struct type has no field of that name.",
        "var _ = struct{ x int }{y: 1}";
    MissingLitKey: "Every element of a map literal has a key.",
        "var _ = map[int]int{1}";
    MissingReturn: "A function with results ends without return.",
        "func f() int {}";
    MixedStructLit: "A struct literal names all fields or none.",
        "var _ = struct{ x, y int }{x: 1, 2}";
    NoNewVar: "A := declares no new variable.",
        "func _() {\n\tx := 1\n\tx := 2\n\t_ = x\n}";
    NonNumericIncDec: "++ and -- need a number.",
        "func _(x string) { x++ }";
    NonSliceableOperand: "A value cannot be sliced.",
        "var x int\nvar _ = x[:]";
    NonVariadicDotDotDot: "Only variadic functions take a slice with three dots.",
        "func f([]int) {}\n\nfunc _(x []int) { f(x...) }";
    NotAGenericType: "A type without type parameters takes no type arguments.",
        "type T int\n\nvar _ T[int]";
    NotAType: "A type was expected.",
        "var x int\nvar _ x";
    NotAnExpr: "A type is used as a value.",
        "var _ = int";
    NumericOverflow: "A constant is too large for its type.",
        "var _ int8 = 300";
    OutOfScopeResult: "A result that return gives implicitly is hidden.",
        "func f() (x int) {\n\t{\n\t\tx := 1\n\t\t_ = x\n\t\treturn\n\t}\n}";
    OversizeArrayLit: "An array literal has too many elements.",
        "var _ = [1]int{1, 2}";
    RepeatedDecl: "A := names a variable twice.",
        "func _() {\n\tx, x := 1, 2\n\t_ = x\n}";
    SwappedMakeArgs: "The length of a slice is larger than its capacity.",
        "var _ = make([]int, 2, 1)";
    SwappedSliceIndices: "The indices of a slice expression are not in order.",
        "var x []int\nvar _ = x[2:1]";
    TooManyValues: "A call in a place for one value gives several.",
        "func f() (int, int)\n\nvar x int = 1 + f()";
    TruncatedFloat: "A constant with a fraction is used as an integer.",
        "var _ int = 1.5";
    UnaddressableFieldAssign: "A field of a map element cannot be assigned to.",
        "func _(m map[int]struct{ x int }) { m[1].x = 2 }";
    UnaddressableOperand: "A value has no address.",
        "func f() int\n\nvar _ = &f()";
    UnassignableOperand: "A value cannot be assigned to.",
        "func _() { 1 = 2 }";
    UncalledBuiltin: "A predeclared function can only be called.",
        "var _ = len";
    UndeclaredImportedName: "A package has no such exported name.",
        "import \"unsafe\"\n\nvar _ = unsafe.Nothing";
    UndeclaredLabel: "A label is not declared.",
        "func _() { goto L }";
    UndeclaredName: "A name is not declared.",
        "var _ = x";
    UndefinedOp: "An operator is not defined for a type.",
        "var x = true\nvar _ = x + x";
    UnsupportedFeature: "Something is newer than the version of the language that go.mod names.",
        "// In a module with the line go 1.17:\nfunc f[T any](x T) {}";
    UntypedNilUse: "nil has no type here.",
        "var x = nil";
    UnusedExpr: "The value of an expression is not used.",
        "func _() { 1 + 2 }";
    UnusedImport: "An import is not used; in scripts a warning.",
        "import \"unsafe\"";
    UnusedLabel: "A label is not used; in scripts a warning.",
        "func _() {\nL:\n}";
    UnusedResults: "The result of a builtin call is not used.",
        "func _() { defer int(3) }";
    UnusedVar: "A variable is not used; in scripts a warning.",
        "func _() { x := 1 }";
    WrongArgCount: "A call has too many or too few arguments.",
        "func f(int) {}\n\nfunc _() { f() }";
    WrongAssignCount: "The two sides of an assignment differ in number.",
        "var x, y = 1, 2, 3";
    WrongResultCount: "A return statement has too many or too few values.",
        "func f() int { return 1, 2 }";
    WrongTypeArgCount: "A generic type or function has another number of type parameters.",
        "type T[P any] struct{}\n\nvar _ T[int, int]";
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use gol_diagnostic::{FileId, Pos};
    use gol_grammar::ast::{Language, Mode, NodeId};
    use gol_grammar::{Source, parse_file};

    use super::CODES;
    use crate::{Checker, ImportedPackage, Importer, Options};

    struct NoPackages;

    impl Importer for NoPackages {
        fn import(
            &mut self,
            path: &str,
            _: &str,
            _: NodeId,
        ) -> Result<(ImportedPackage, NodeId), String> {
            Err(format!("package {path} is not in std"))
        }

        fn std_by_name(&self, _: &str) -> Option<&str> {
            None
        }
    }

    #[test]
    fn every_example_has_the_error_that_it_shows() {
        let mut wrong = Vec::new();
        for info in CODES {
            let source =
                Source { file: FileId(0), base: Pos(1), text: info.example, mode: Mode::Go };
            let mut parsed = parse_file(source, NodeId(0));
            if info.example.contains("the line go 1.17") {
                parsed.tree.language = Language { minor: 17, by_file: false };
            }
            let mut checker =
                Checker::new(Box::new(NoPackages), Options::default(), parsed.next_id);
            checker.check_main("p", vec![Rc::new(parsed.tree)]);
            let found = parsed.diagnostics.into_iter().chain(checker.take_diagnostics());
            let codes: Vec<&str> = found.map(|d| d.code.0).collect();
            if !codes.contains(&info.name) {
                wrong.push(format!("{}: {codes:?}", info.name));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn codes_are_sorted() {
        assert!(CODES.is_sorted_by_key(|c| c.name));
    }
}
