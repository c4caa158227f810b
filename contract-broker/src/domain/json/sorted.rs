//! Reading JSON as sorted text, without a tree.

use std::borrow::Cow;

use super::{
    Node, Sorted, Value,
    reader::{DEEPEST, Read, Reader},
    write_string,
};

/// A member in sorted text: its name, and where name and value are written.
pub(super) struct Piece<'t> {
    name: Cow<'t, str>,
    start: usize,
    value: usize,
    end: usize,
}

impl<'t> Reader<'t> {
    /// As [`Self::array`], with objects as sorted text.
    pub(super) fn list(&mut self, depth: usize) -> Read<Value<'t>> {
        self.items(depth, |reader, depth| {
            reader.space();
            let start = reader.at;
            if reader.peek() != Some(b'{') {
                return reader.node(depth);
            }
            let mut text = String::with_capacity(1024);
            let mut sorted = Sorted {
                text: String::new(),
                empty: true,
                identified: false,
                of_messages: false,
            };
            reader.sorted_object(depth, &mut text, |pieces, text| {
                sorted.empty = pieces.is_empty();
                sorted.identified = pieces.iter().any(|piece| piece.name == "_id");
                let kind = pieces.iter().rev().find(|piece| piece.name == "type");
                let kind = kind.and_then(|piece| text.get(piece.value..piece.end));
                sorted.of_messages =
                    kind.is_some_and(|kind| kind.starts_with('"') && kind.contains("Messages"));
            })?;
            sorted.text = text;
            Ok(Node {
                start,
                end: reader.at,
                value: Value::Sorted(sorted),
            })
        })
    }

    /// Reads a value and writes it as sorted text, as [`Node::write_sorted`] would.
    fn sorted(&mut self, depth: usize, out: &mut String) -> Read<()> {
        if depth > DEEPEST {
            return Err("nested deeper than 100 levels");
        }
        self.space();
        match self.peek() {
            Some(b'{') => self.sorted_object(depth, out, |_, _| ())?,
            Some(b'[') => {
                out.push('[');
                let mut more = self.begins(b']');
                while more {
                    self.sorted(depth + 1, out)?;
                    more = self.goes_on(b']')?;
                    if more {
                        out.push(',');
                    }
                }
                out.push(']');
            }
            Some(b'"') => {
                self.sorted_string(out)?;
            }
            Some(b'-' | b'0'..=b'9') => out.push_str(self.number()?),
            // What is left has no parts.
            _ => self.node(depth)?.write_sorted(out, &|_| false),
        }
        Ok(())
    }

    /// Reads a string and writes it: as it stands there, where nothing in it is escaped.
    fn sorted_string(&mut self, out: &mut String) -> Read<Cow<'t, str>> {
        let start = self.at;
        let text = self.string()?;
        match &text {
            Cow::Borrowed(_) => out.push_str(&self.text[start..self.at]),
            Cow::Owned(text) => write_string(out, text),
        }
        Ok(text)
    }

    /// Reads an object and writes it as sorted text; `about` is told of its members and the text before they are put in
    /// order.
    fn sorted_object(
        &mut self,
        depth: usize,
        out: &mut String,
        about: impl FnOnce(&[Piece<'t>], &str),
    ) -> Read<()> {
        if depth > DEEPEST {
            return Err("nested deeper than 100 levels");
        }
        let first = self.pieces.len();
        out.push('{');
        let start_of_members = out.len();
        let mut more = self.begins(b'}');
        while more {
            self.space();
            if self.pieces.len() > first {
                out.push(',');
            }
            let start = out.len();
            let name = self.name(|reader| reader.sorted_string(out))?;
            out.push(':');
            let value = out.len();
            self.sorted(depth + 1, out)?;
            let end = out.len();
            self.pieces.push(Piece {
                name,
                start,
                value,
                end,
            });
            more = self.goes_on(b'}')?;
        }
        let pieces = &mut self.pieces[first..];
        about(pieces, out);
        if !pieces.is_sorted_by(|a, b| a.name < b.name) {
            pieces.sort_by(|a, b| a.name.cmp(&b.name));
            let unsorted = out.split_off(start_of_members);
            for (index, piece) in pieces.iter().enumerate() {
                // Of members with one name the last counts.
                if pieces.get(index + 1).is_some_and(|next| next.name == piece.name) {
                    continue;
                }
                if out.len() > start_of_members {
                    out.push(',');
                }
                out.push_str(&unsorted[piece.start - start_of_members..piece.end - start_of_members]);
            }
        }
        self.pieces.truncate(first);
        out.push('}');
        Ok(())
    }
}
