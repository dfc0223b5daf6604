//! Declarations, signatures, and the fields of structs and interfaces.

use crate::expr::Layout;
use crate::printer::Printer;
use crate::tree::*;

/// A struct or interface of one field stays on one line up to this size.
const ONE_FIELD: usize = 30;

impl Printer<'_> {
    /// All items of a file or script.
    pub(crate) fn items(&mut self, items: &[Stmt]) {
        let mut kind_before = "";
        let mut before = 0;
        for item in items {
            let kind = self.kind(item);
            let first = item.first();
            let documented = self.has_doc(first);
            let least = match (kind_before, kind) {
                ("", _) => 0,
                ("stmt", "stmt") => 1,
                // Beside a script's statements, declarations are laid out as in a function.
                ("stmt", "const" | "var" | "type") | ("const" | "var" | "type", "stmt") => 1,
                (a, b) if a != b || documented => 2,
                _ => 1,
            };
            let multi_line = kind == "func" && self.spans_lines(item);
            let after_long = kind == "stmt" && self.lines_so_far() > before;
            self.newline(least, multi_line || after_long);
            self.begin(first);
            before = self.lines_so_far();
            self.stmt(item);
            kind_before = kind;
        }
    }

    fn spans_lines(&self, item: &Stmt) -> bool {
        let mut printer = Printer::measure(self.source, item.first());
        printer.stmt(item);
        printer.lines_so_far() > 0
    }

    /// Items of one kind may follow each other without an empty line.
    fn kind(&self, item: &Stmt) -> &'static str {
        match item {
            Stmt::Decl(Decl::Func(_)) => "func",
            Stmt::Decl(Decl::Package { .. }) => "package",
            Stmt::Decl(Decl::Group { word, .. }) => match self.text(*word) {
                "import" => "import",
                "const" => "const",
                "var" => "var",
                _ => "type",
            },
            _ => "stmt",
        }
    }

    /// Whether the comment before a token belongs to it: it ends on the line before.
    fn has_doc(&self, at: usize) -> bool {
        let token = &self.source.tokens[at];
        let last = token.comments.checked_sub(1).map(|i| &self.source.comments[i]);
        last.is_some_and(|c| c.end_line + 1 == token.line && c.indent.is_some())
            && self.has_comments_before(at)
    }

    pub(crate) fn decl(&mut self, decl: &Decl) {
        match decl {
            Decl::Package { word, name } => {
                self.token(*word);
                self.blank();
                self.token(*name);
            }
            Decl::Group { word, open, specs, close } => {
                self.token(*word);
                self.blank();
                match (open, close) {
                    (Some(open), Some(close)) => self.group(*word, *open, specs, *close),
                    _ => specs.iter().for_each(|spec| self.single(spec)),
                }
            }
            Decl::Func(func) => self.func(func),
        }
    }

    fn func(&mut self, func: &Func) {
        let start = self.line_of(func.func);
        self.token(func.func);
        self.blank();
        if let Some(recv) = &func.recv {
            self.params(recv);
            self.blank();
        }
        self.token(func.name);
        if let Some(params) = &func.type_params {
            self.params(params);
        }
        self.signature(&func.sig);
        if let Some(body) = &func.body {
            // The blank before the body counts.
            let head = (start == self.at_line).then(|| self.column() + 1);
            self.func_body(body, head, true);
        }
    }

    // -- Groups of specs.

    fn group(&mut self, word: usize, open: usize, specs: &[Spec], close: usize) {
        self.token(open);
        self.indent += 1;
        if specs.is_empty() && !self.has_comments_before(close) {
            self.indent -= 1;
            return self.token(close);
        }
        self.one_newline();
        let is_value = matches!(self.text(word), "const" | "var");
        let typed = typed_runs(specs);
        let mut before = 0;
        for (i, spec) in specs.iter().enumerate() {
            if i > 0 {
                let spans_lines = self.lines_so_far() > before;
                self.newline(1, spans_lines);
            }
            self.begin(spec.first());
            before = self.lines_so_far();
            match spec {
                Spec::Value { .. } if is_value && specs.len() > 1 => {
                    self.value_in_group(spec, typed[i]);
                }
                Spec::Type { .. } if specs.len() > 1 => self.type_spec(spec, true),
                _ => self.single(spec),
            }
        }
        self.close_lines(close, 1);
        self.token(close);
    }

    fn single(&mut self, spec: &Spec) {
        match spec {
            Spec::Import { name, path } => {
                if let Some(name) = name {
                    self.token(*name);
                    self.blank();
                }
                self.token(*path);
            }
            Spec::Type { .. } => self.type_spec(spec, false),
            Spec::Value { names, ty, assign, values } => {
                self.names(names);
                if let Some(ty) = ty {
                    self.blank();
                    self.expr(ty);
                }
                if let Some(assign) = assign {
                    self.blank();
                    self.token(*assign);
                    self.blank();
                    self.values(values);
                }
            }
        }
    }

    fn names(&mut self, names: &List) {
        let first = names.items.first().map(Expr::first);
        self.list(names, Layout { open: first, close: None, depth: 1, flat: true, sized: false });
    }

    fn values(&mut self, values: &List) {
        self.list(values, Layout { open: None, close: None, depth: 1, flat: false, sized: false });
    }

    /// A spec of a group, in columns: names, type, value, comment.
    fn value_in_group(&mut self, spec: &Spec, typed: bool) {
        let Spec::Value { names, ty, assign, values } = spec else { return };
        self.names(names);
        let mut left = 3;
        if typed || ty.is_some() {
            self.cells(1);
            left -= 1;
        }
        if let Some(ty) = ty {
            self.expr(ty);
        }
        if let Some(assign) = assign {
            self.cells(1);
            self.token(*assign);
            self.blank();
            self.values(values);
            left -= 1;
        }
        let last = spec.last();
        if left > 0 {
            self.comment_cells(last, left);
        }
    }

    /// Puts a comment that follows into its column.
    fn comment_cells(&mut self, last: usize, cells: usize) {
        if self.follows_in_line(last) {
            // The comment itself starts one.
            self.empty_cells(cells - 1);
        }
    }

    fn follows_in_line(&self, last: usize) -> bool {
        !self.measuring && {
            let next = self.source.tokens.get(last + 1);
            let count = next.map_or(0, |t| t.comments);
            let behind = self.source.tokens.get(last + 2).map_or(count, |t| t.comments);
            let from = self.source.tokens[last].comments;
            let comment = self.source.comments[from..behind.max(count)].first();
            comment.is_some_and(|c| c.line == self.end_line_of(last))
        }
    }

    fn type_spec(&mut self, spec: &Spec, columns: bool) {
        let Spec::Type { name, params, assign, ty } = spec else { return };
        self.token(*name);
        if let Some(params) = params {
            self.params(params);
        }
        if columns {
            self.cells(1);
        } else {
            self.blank();
        }
        if let Some(assign) = assign {
            self.token(*assign);
            self.blank();
        }
        self.expr(ty);
    }

    // -- Signatures.

    pub(crate) fn signature(&mut self, sig: &Signature) {
        self.params(&sig.params);
        match &sig.results {
            Results::None => {}
            Results::One(ty) => {
                self.blank();
                self.bare_type(ty);
            }
            Results::List(params) => {
                self.blank();
                match params.groups.as_slice() {
                    [Group { names, ty: Some(ty) }] if names.is_empty() => self.bare_type(ty),
                    _ => self.params(params),
                }
            }
        }
    }

    pub(crate) fn params(&mut self, params: &Params) {
        self.token(params.open);
        let mut line_before = self.line_of(params.open);
        let mut indented = false;
        for (i, group) in params.groups.iter().enumerate() {
            let line = self.line_of(group.first());
            if i > 0 {
                self.comma_before(group.first());
                self.blank();
            }
            if line_before < line {
                if !indented {
                    self.indent += 1;
                    indented = true;
                }
                self.no_gap();
                self.newline(0, true);
            }
            self.group_of(group, indented);
            line_before = self.end_line_of(group.last());
        }
        if line_before < self.line_of(params.close) && !params.groups.is_empty() {
            self.comma_before(params.close);
            self.newline(0, true);
            self.comments_before(params.close, false);
            self.indent -= usize::from(indented);
            self.newline(0, true);
        } else {
            self.comments_before(params.close, false);
            self.indent -= usize::from(indented);
        }
        self.token(params.close);
    }

    /// The comma before a token, which the source may have left out.
    fn comma_before(&mut self, at: usize) {
        if self.text(at - 1) == "," {
            self.token(at - 1);
        } else {
            self.insert(",");
        }
    }

    fn group_of(&mut self, group: &Group, flat: bool) {
        self.name_list(&group.names, flat);
        if let Some(ty) = &group.ty {
            if !group.names.is_empty() {
                self.blank();
            }
            self.bare_type(ty);
        }
    }

    /// Names with commas behind all but the last; those on further lines stand further in,
    /// unless `flat`.
    fn name_list(&mut self, names: &[usize], flat: bool) {
        let mut indented = false;
        for (i, &name) in names.iter().enumerate() {
            if i > 0 {
                self.token(name - 1);
                self.blank();
                if self.line_of(name) > self.at_line {
                    self.indent += usize::from(!indented && !flat);
                    indented = !flat;
                    self.no_gap();
                    self.newline(0, true);
                }
            }
            self.token(name);
        }
        self.indent -= usize::from(indented);
    }

    // -- Fields.

    pub(crate) fn fields(&mut self, fields: &Fields, interface: bool) {
        let one_line = self.line_of(fields.open) == self.line_of(fields.close);
        let comments = self.has_comments_between(fields.open, fields.close);
        if one_line && !comments {
            if fields.fields.is_empty() {
                self.token(fields.open);
                return self.token(fields.close);
            }
            if let [field] = fields.fields.as_slice()
                && self.fits(field)
            {
                self.token(fields.open);
                self.blank();
                self.field_in_line(field);
                self.blank();
                return self.token(fields.close);
            }
        }
        self.blank();
        self.token(fields.open);
        self.indent += 1;
        let columns = fields.fields.len() > 1;
        let mut before = 0;
        self.one_newline();
        for (i, field) in fields.fields.iter().enumerate() {
            if i > 0 {
                let spans_lines = self.lines_so_far() > before;
                self.newline(1, spans_lines);
            }
            self.begin(self.first_of(field));
            before = self.lines_so_far();
            if interface {
                self.field_in_line(field);
            } else {
                self.field(field, columns);
            }
        }
        self.close_lines(fields.close, 1);
        self.token(fields.close);
    }

    fn first_of(&self, field: &Field) -> usize {
        match (&field.ty, field.names.first()) {
            (_, Some(&name)) => name,
            (FieldType::Expr(ty), None) => ty.first(),
            (FieldType::Method(sig), None) => sig.params.open,
        }
    }

    /// Whether a lone field can stand on the line of its braces: only its type counts.
    fn fits(&self, field: &Field) -> bool {
        if field.tag.is_some() {
            return false;
        }
        let mut printer = Printer::measure(self.source, self.first_of(field));
        let before = match &field.ty {
            FieldType::Expr(ty) => {
                printer.expr(ty);
                usize::from(!field.names.is_empty())
            }
            FieldType::Method(sig) => {
                printer.signature(sig);
                " func".len()
            }
        };
        printer.length().is_some_and(|size| before + size <= ONE_FIELD)
    }

    fn field_in_line(&mut self, field: &Field) {
        self.name_list(&field.names, true);
        match &field.ty {
            FieldType::Method(sig) => self.signature(sig),
            FieldType::Expr(ty) => {
                if !field.names.is_empty() {
                    self.blank();
                }
                self.expr(ty);
            }
        }
    }

    /// A field of a struct: name, type, tag and comment in columns.
    fn field(&mut self, field: &Field, columns: bool) {
        self.name_list(&field.names, true);
        let FieldType::Expr(ty) = &field.ty else { return };
        let mut left = 2;
        let step = |printer: &mut Self| if columns { printer.cells(1) } else { printer.blank() };
        if !field.names.is_empty() {
            step(self);
            left = 1;
        }
        self.expr(ty);
        let mut last = ty.last();
        if let Some(tag) = field.tag {
            step(self);
            self.token(tag);
            (left, last) = (0, tag);
        }
        if columns && left > 0 {
            self.comment_cells(last, left);
        }
    }
}

/// Which specs of a group keep a column for types: those of a run with values in which some have a
/// type.
fn typed_runs(specs: &[Spec]) -> Vec<bool> {
    let mut typed = vec![false; specs.len()];
    let mut start = 0;
    while start < specs.len() {
        let has_values = |spec: &&Spec| matches!(spec, Spec::Value { assign: Some(_), .. });
        let end = start + specs[start..].iter().take_while(has_values).count();
        let has_type = |spec: &Spec| matches!(spec, Spec::Value { ty: Some(_), .. });
        if specs[start..end].iter().any(has_type) {
            typed[start..end].fill(true);
        }
        start = end.max(start + 1);
    }
    typed
}

impl Decl {
    pub(crate) fn first(&self) -> usize {
        match self {
            Decl::Package { word, .. } | Decl::Group { word, .. } => *word,
            Decl::Func(func) => func.func,
        }
    }
}

impl Spec {
    fn first(&self) -> usize {
        match self {
            Spec::Import { name, path } => name.unwrap_or(*path),
            Spec::Type { name, .. } => *name,
            Spec::Value { names, .. } => names.items.first().map_or(0, Expr::first),
        }
    }

    fn last(&self) -> usize {
        match self {
            Spec::Import { path, .. } => *path,
            Spec::Type { ty, .. } => ty.last(),
            Spec::Value { names, ty, values, .. } => {
                let last = values.items.last().or(ty.as_ref()).or(names.items.last());
                last.map_or(0, Expr::last)
            }
        }
    }
}
