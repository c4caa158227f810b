//! What is said about one operation.

use utoipa::{
    ToSchema,
    openapi::{
        Content, Ref, RefOr, Required, ResponseBuilder, Schema,
        path::{Operation, OperationBuilder, Parameter, ParameterBuilder, ParameterIn},
        request_body::RequestBodyBuilder,
        schema::{ObjectBuilder, Type},
    },
};

use super::{FAILURE, content};

/// What is said about an operation: a summary, its query, its body and its answers.
pub(crate) struct About {
    summary: &'static str,
    query: Vec<&'static str>,
    headers: Vec<&'static str>,
    /// Whether an `Idempotency-Key` counts.
    takes_keys: bool,
    body: Option<Content>,
    /// The media type of the body.
    takes: &'static str,
    answer: Answer,
    /// The schemas that body and answers refer to, by name.
    pub(super) schemas: Vec<(String, RefOr<Schema>)>,
}

/// A success.
struct Answer {
    status: &'static str,
    /// By media type.
    contents: Vec<(&'static str, Content)>,
}

/// An operation that answers with 200, and without a body until one is named.
pub(crate) fn about(summary: &'static str) -> About {
    About {
        summary,
        query: Vec::new(),
        headers: Vec::new(),
        takes_keys: true,
        body: None,
        takes: "application/json",
        answer: Answer {
            status: "200",
            contents: Vec::new(),
        },
        schemas: Vec::new(),
    }
}

impl About {
    /// Names of query parameters; all are optional.
    pub(crate) fn query(mut self, names: &[&'static str]) -> Self {
        self.query.extend_from_slice(names);
        self
    }

    /// The operation is done once for each `Idempotency-Key`, if it takes one.
    pub(super) fn done_once(mut self) -> Self {
        if self.takes_keys {
            self.headers.push("Idempotency-Key");
        }
        self
    }

    /// The operation is done each time, whatever `Idempotency-Key` comes along.
    pub(crate) fn each_time(mut self) -> Self {
        self.takes_keys = false;
        self
    }

    /// The operation reads a document of this type.
    pub(crate) fn takes<T: ToSchema>(mut self) -> Self {
        self.refer_to::<T>();
        self.body = Some(content::<T>());
        self
    }

    /// The operation reads a form with these members.
    pub(crate) fn takes_form<T: ToSchema>(mut self) -> Self {
        self.takes = "application/x-www-form-urlencoded";
        self.takes::<T>()
    }

    /// A success is a JSON document of this type.
    pub(crate) fn gives_json<T: ToSchema>(mut self) -> Self {
        self.refer_to::<T>();
        self.answer.contents.push(("application/json", content::<T>()));
        self
    }

    /// A success is a HAL document of this type.
    pub(crate) fn gives<T: ToSchema>(mut self) -> Self {
        self.refer_to::<T>();
        self.answer
            .contents
            .push(("application/hal+json", content::<T>()));
        self
    }

    /// A success can be had, or is, of this media type.
    pub(crate) fn gives_media(mut self, media: &'static str) -> Self {
        self.answer.contents.push((media, Content::default()));
        self
    }

    /// A success creates something.
    pub(crate) fn creates<T: ToSchema>(self) -> Self {
        self.status("201").gives::<T>()
    }

    /// A success has no body.
    pub(crate) fn gives_nothing(self) -> Self {
        self.status("204")
    }

    /// The status of a success.
    pub(crate) fn status(mut self, status: &'static str) -> Self {
        self.answer.status = status;
        self
    }

    fn refer_to<T: ToSchema>(&mut self) {
        T::schemas(&mut self.schemas);
        self.schemas.push((T::name().into_owned(), T::schema()));
    }

    /// The operation as the description writes it.
    pub(super) fn operation(self, id: String, group: &str) -> Operation {
        let mut success = ResponseBuilder::new().description("Success");
        for (media, content) in self.answer.contents {
            success = success.content(media, content);
        }
        let body = self
            .body
            .map(|content| RequestBodyBuilder::new().content(self.takes, content).build());
        OperationBuilder::new()
            .tag(group)
            .summary(Some(self.summary))
            .operation_id(Some(id))
            .parameters(Some(
                self.query
                    .into_iter()
                    .map(|name| parameter(name, ParameterIn::Query))
                    .chain(
                        self.headers
                            .into_iter()
                            .map(|name| parameter(name, ParameterIn::Header)),
                    ),
            ))
            .request_body(body)
            .response(self.answer.status, success.build())
            .response("default", Ref::from_response_name(FAILURE))
            .build()
    }
}

/// A parameter that is a text.
pub(super) fn parameter(name: &str, place: ParameterIn) -> Parameter {
    let required = match place {
        ParameterIn::Path => Required::True,
        _ => Required::False,
    };
    ParameterBuilder::new()
        .name(name)
        .parameter_in(place)
        .required(required)
        .schema(Some(ObjectBuilder::new().schema_type(Type::String)))
        .build()
}
