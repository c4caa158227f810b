//! Detects types by how they are written.

use syn::{GenericArgument, PathArguments, PathSegment, Type};

/// Returns the `T` of `Option<T>`.
pub(super) fn option_of(ty: &Type) -> Option<&Type> {
    let last = last_segment(ty)?;
    if last.ident != "Option" {
        return None;
    }
    arguments(last).next()
}

/// Returns whether it is `PhantomData<T>`, which has no requirements on `T`.
pub(super) fn is_phantom(ty: &Type) -> bool {
    last_segment(ty).is_some_and(|last| last.ident == "PhantomData")
}

/// Returns whether it is a map or a document that accepts any members. The consumer needs none of the members
/// that it collects when it is flattened, whatever the types of keys and values are.
pub(super) fn is_map(ty: &Type) -> bool {
    let Some(last) = last_segment(ty) else {
        return false;
    };
    match last.ident.to_string().as_str() {
        "HashMap" | "BTreeMap" | "IndexMap" | "Map" => arguments(last).count() >= 2,
        "Value" => {
            matches!(ty, Type::Path(path) if path.path.segments.iter().any(|one| one.ident == "serde_json"))
        }
        _ => false,
    }
}

fn last_segment(ty: &Type) -> Option<&PathSegment> {
    match ty {
        Type::Path(path) => path.path.segments.last(),
        Type::Group(group) => last_segment(&group.elem),
        Type::Paren(paren) => last_segment(&paren.elem),
        _ => None,
    }
}

fn arguments(segment: &PathSegment) -> impl Iterator<Item = &Type> {
    let arguments = match &segment.arguments {
        PathArguments::AngleBracketed(arguments) => Some(&arguments.args),
        _ => None,
    };
    arguments
        .into_iter()
        .flatten()
        .filter_map(|argument| match argument {
            GenericArgument::Type(ty) => Some(ty),
            _ => None,
        })
}
