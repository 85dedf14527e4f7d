use std::{fmt::Write as _, time::Instant};

use async_graphql::Value;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::json;

use super::*;

fn admit(incoming: Incoming, limits: &Limits) -> Result<Admitted, Rejection> {
    Guard::new(*limits).admit(incoming)
}

fn incoming(query: impl Into<String>) -> Incoming {
    Incoming {
        query: Some(query.into()),
        ..Incoming::default()
    }
}

fn refusal(query: impl Into<String>) -> Option<&'static str> {
    let refused = admit(incoming(query), &Limits::DEFAULT).err();
    refused.map(|rejection| rejection.code().name())
}

#[test]
fn an_ordinary_query_comes_out_parsed() {
    let query =
        "query Q($a: Int) { kpis(n: $a) { totalSales ...F } } fragment F on Kpis { orderCount }";
    let mut admitted = admit(incoming(query), &Limits::DEFAULT).unwrap();
    assert_eq!(admitted.operation, Some(OperationType::Query));
    assert_eq!(admitted.request.parsed_query().unwrap().fragments.len(), 1);
}

/// The library would leave the directive, or one of the two values, out without a word.
#[test]
fn what_would_be_passed_over_is_refused() {
    for query in [
        "{ kpis @lower { totalSales } }",
        "query @live { kpis { totalSales } }",
        "query ($a: Int @b) { kpis(n: $a) { totalSales } }",
        "{ ...F } fragment F on Query @defer { kpis { totalSales } }",
        "{ kpis(filter: { a: 1, a: 2 }) { totalSales } }",
    ] {
        assert_eq!(refusal(query), Some("GRAPHQL_VALIDATION_FAILED"), "{query}");
    }
    let known = "query ($a: Boolean!) { kpis @include(if: $a) { totalSales @skip(if: $a) } }";
    assert_eq!(refusal(known), None);
}

#[test]
fn a_query_that_is_asked_again_is_weighed_again() {
    let guard = Guard::new(Limits::DEFAULT);
    let query = "query ($a: [Int]) { kpis(n: $a) { totalSales } }";
    let with = |values: usize| {
        let mut request = incoming(query);
        request.variables.insert("a".into(), json!(vec![1; values]));
        guard.admit(request)
    };
    assert!(with(1).is_ok());
    let mut again = with(2).unwrap().request;
    assert_eq!(again.parsed_query().unwrap().fragments.len(), 0);
    assert_eq!(with(10_000).unwrap_err().code().name(), "QUERY_TOO_COMPLEX");
}

#[test]
fn a_default_counts_wherever_the_variable_is_used() {
    let default = vec!["1"; 3_000].join(",");
    let with = |uses: &str| {
        refusal(format!(
            "query ($a: [Int] = [{default}]) {{ kpis {{ {uses} }} }}"
        ))
    };
    assert_eq!(with("a(n: $a)"), None);
    assert_eq!(
        with("a(n: $a) b(n: $a) c(n: $a)"),
        Some("QUERY_TOO_COMPLEX")
    );
    // What is given takes the default's place.
    let mut request = incoming(format!(
        "query ($a: [Int] = [{default}]) {{ a(n: $a) b(n: $a) c(n: $a) }}"
    ));
    request.variables.insert("a".into(), json!([1]));
    assert!(admit(request, &Limits::DEFAULT).is_ok());
}

#[test]
fn numbers_in_variables_stay_what_they_are() {
    let text = r#"{ "int": 7, "big": 12345678901234567890, "money": -1234567890123456789.0123,
        "small": 25e-4, "deep": [{ "n": 1.50 }] }"#;
    let mut request = incoming("{ a }");
    request.variables = serde_json::from_str(text).unwrap();
    let admitted = admit(request, &Limits::DEFAULT).unwrap();
    let variables = serde_json::to_string(&admitted.request.variables).unwrap();
    let expected = r#"{"big":12345678901234567890,"deep":[{"n":1.50}],"int":7,"money":-1234567890123456789.0123,"small":25e-4}"#;
    assert_eq!(variables, expected);
    assert!(matches!(
        admitted.request.variables["small"],
        Value::Number(_)
    ));
}

#[test]
fn the_operation_is_the_one_that_is_named() {
    let document = "query A { a } mutation B { b }";
    let named = |name: Option<&str>| {
        let mut request = incoming(document);
        request.operation_name = name.map(Into::into);
        admit(request, &Limits::DEFAULT).unwrap().operation
    };
    assert_eq!(named(Some("A")), Some(OperationType::Query));
    assert_eq!(named(Some("B")), Some(OperationType::Mutation));
    assert_eq!(named(Some("C")), None);
    assert_eq!(named(None), None);
}

#[test]
fn bytes_are_counted_before_anything_else() {
    let start = Instant::now();
    assert_eq!(refusal("{".repeat(10_000_000)), Some("QUERY_TOO_LARGE"));
    assert!(start.elapsed().as_millis() < 100);
}

#[test]
fn many_tokens_are_refused() {
    let query = format!("{{ {} }}", "a ".repeat(Limits::DEFAULT.tokens));
    assert_eq!(refusal(query), Some("QUERY_TOO_LARGE"));
}

/// Unguarded, these overflow a stack of 2 MiB and abort the process.
#[test]
fn deep_nesting_never_reaches_the_parser() {
    for open in ["[", "{a:", "{a", "(", "{a(b:[", "{...{a"] {
        let query = format!("{{a(x:{}", open.repeat(5_000));
        assert_eq!(refusal(query), Some("QUERY_TOO_DEEP"), "{open}");
    }
    let hidden = format!("{{a(x:\"\"\"\"{}", "[".repeat(5_000));
    assert_eq!(refusal(hidden), Some("GRAPHQL_PARSE_FAILED"));
    let typed = format!("query($a:{}", "[".repeat(5_000));
    assert_eq!(refusal(typed), Some("QUERY_TOO_DEEP"));
}

#[test]
fn what_the_limits_of_depth_allow_is_safe_to_parse() {
    let limits = Limits {
        depth: Limits::DEEPEST,
        ..Limits::DEFAULT
    };
    let levels = Limits::DEEPEST - 1;
    let literal = format!("{}1{}", "[".repeat(15), "]".repeat(15));
    let query = format!(
        "{}{{a(x:{literal}){}",
        "{a".repeat(levels),
        "}".repeat(levels + 1)
    );
    admit(incoming(query), &limits).unwrap();
    let query = format!("{}{{a{}", "{a".repeat(levels + 1), "}".repeat(levels + 2));
    assert_eq!(
        admit(incoming(query), &limits).unwrap_err().code().name(),
        "QUERY_TOO_DEEP"
    );
}

/// 895 bytes that cost a validator 1.5 s.
#[test]
fn doubling_fragments_are_measured_and_not_expanded() {
    let mut query = String::from("{...F0}");
    for level in 0..22 {
        let next = level + 1;
        write!(query, "fragment F{level} on Query{{...F{next} ...F{next}}}").unwrap();
    }
    query.push_str("fragment F22 on Query{__typename}");
    let start = Instant::now();
    assert_eq!(refusal(query), Some("QUERY_TOO_COMPLEX"));
    assert!(start.elapsed().as_millis() < 100);
}

#[test]
fn fragments_that_no_operation_uses_are_measured_too() {
    let mut query = String::from("{__typename}");
    for level in 0..20 {
        let next = level + 1;
        write!(query, "fragment F{level} on Query{{...F{next} ...F{next}}}").unwrap();
    }
    query.push_str("fragment F20 on Query{__typename}");
    assert_eq!(refusal(query), Some("QUERY_TOO_COMPLEX"));
}

#[test]
fn long_chains_of_fragments_are_too_deep() {
    let mut query = String::from("{...F0}");
    for level in 0..1_000 {
        write!(query, "fragment F{level} on Query{{...F{}}}", level + 1).unwrap();
    }
    query.push_str("fragment F1000 on Query{__typename}");
    assert_eq!(refusal(query), Some("QUERY_TOO_DEEP"));
}

#[test]
fn fragments_that_contain_themselves_are_refused() {
    let own = "{...A} fragment A on Query{...A}";
    let other = "{...A} fragment A on Query{a{...B}} fragment B on Query{...A}";
    let unused = "{a} fragment A on Query{...B} fragment B on Query{...A}";
    for query in [own, other, unused] {
        assert_eq!(refusal(query), Some("GRAPHQL_VALIDATION_FAILED"), "{query}");
    }
}

#[test]
fn aliases_are_counted_where_fragments_are_used() {
    let aliases =
        |count: usize| (0..count).fold(String::new(), |all, n| all + &format!("a{n}:__typename "));
    assert_eq!(refusal(format!("{{{}}}", aliases(200))), None);
    assert_eq!(
        refusal(format!("{{{}}}", aliases(201))),
        Some("QUERY_TOO_COMPLEX")
    );
    let spread = format!(
        "{{...F b{{...F}} c{{...F}}}} fragment F on Query{{{}}}",
        aliases(100)
    );
    assert_eq!(refusal(spread), Some("QUERY_TOO_COMPLEX"));
}

#[test]
fn values_and_directives_count_where_fragments_are_used() {
    let spread = |inside: &str| {
        let spreads = "b{...F}".repeat(100);
        format!("{{{spreads}}} fragment F on Query{{{inside}}}")
    };
    assert_eq!(refusal(spread("a(x:[1 2 3])")), None);
    assert_eq!(
        refusal(spread(&format!("a(x:[{}])", "1 ".repeat(100)))),
        Some("QUERY_TOO_COMPLEX")
    );
    assert_eq!(
        refusal(spread(&format!("a {}", "@skip(if: true)".repeat(50)))),
        Some("QUERY_TOO_COMPLEX")
    );
}

#[test]
fn a_variable_weighs_what_it_holds() {
    let query = format!("query($v:[Int]){{{}}}", "a(x:$v) ".repeat(100));
    let mut request = incoming(query);
    request.variables.insert("v".into(), json!([1, 2, 3]));
    assert!(admit(request.clone(), &Limits::DEFAULT).is_ok());
    request.variables.insert("v".into(), json!(vec![0; 100]));
    let refused = admit(request, &Limits::DEFAULT).unwrap_err();
    assert_eq!(refused.code().name(), "QUERY_TOO_COMPLEX");
}

#[test]
fn introspection_in_circles_is_refused() {
    let once = "{__schema{types{fields{type{fields{name}}}}}}";
    let twice = "{__schema{types{fields{type{fields{type{possibleTypes{name}}}}}}}}";
    let spread = "{__type(name:\"A\"){...A}} fragment A on __Type{fields{type{...B}}} \
        fragment B on __Type{interfaces{inputFields{name}}}";
    assert_eq!(refusal(once), None);
    assert_eq!(refusal(twice), Some("QUERY_TOO_DEEP"));
    assert_eq!(refusal(spread), Some("QUERY_TOO_DEEP"));
}

/// As GraphiQL, GraphQL Code Generator and Relay send it, every option on.
#[test]
fn the_introspection_query_of_the_usual_tools_passes() {
    let levels = |depth: usize| "ofType{kind name ".repeat(depth) + &"}".repeat(depth);
    let value = "name description type{...TypeRef} defaultValue isDeprecated deprecationReason";
    let query = format!(
        "query IntrospectionQuery{{__schema{{description queryType{{name kind}} mutationType{{name kind}} \
         subscriptionType{{name kind}} types{{...FullType}} directives{{name description isRepeatable locations \
         args(includeDeprecated:true){{...InputValue}}}}}}}} fragment FullType on __Type{{kind name description \
         specifiedByURL isOneOf fields(includeDeprecated:true){{name description \
         args(includeDeprecated:true){{...InputValue}} type{{...TypeRef}} isDeprecated deprecationReason}} \
         inputFields(includeDeprecated:true){{...InputValue}} interfaces{{...TypeRef}} \
         enumValues(includeDeprecated:true){{name description isDeprecated deprecationReason}} \
         possibleTypes{{...TypeRef}}}} fragment InputValue on __InputValue{{{value}}} \
         fragment TypeRef on __Type{{kind name {}}}",
        levels(9)
    );
    assert_eq!(refusal(query), None);
}

#[test]
fn every_refusal_says_its_limit() {
    let limits = Limits {
        bytes: 60,
        tokens: 20,
        depth: 2,
        selections: 3,
        aliases: 1,
    };
    let message = |query: &str| admit(incoming(query), &limits).unwrap_err().to_string();
    assert!(message(&"a".repeat(61)).contains("60 bytes"));
    assert!(message(&"{".repeat(19)).contains("18 brackets"));
    assert!(message(&"a ".repeat(21)).contains("20 tokens"));
    assert!(message("{a{b{c}}}").contains("2 levels"));
    assert!(message("{a b c d}").contains("3 fields"));
    assert!(message("{x:a y:b}").contains("1 aliases"));
}

#[test]
fn a_syntax_error_does_not_repeat_the_query() {
    let query = format!("{{{}!}}", "a ".repeat(1_000));
    let message = admit(incoming(query), &Limits::DEFAULT)
        .unwrap_err()
        .to_string();
    assert_eq!(
        message,
        "the query cannot be read: expected selection_set, selection, directive, or arguments"
    );
}

#[test]
fn noise_is_refused_and_never_panics() {
    const SOUP: &[&str] = &[
        "{", "}", "(", ")", "[", "]", "...", ":", "\"", "\"\"\"", "\\", "#", "\n", "\r", ",", "$",
        "@", "!", "=", "|", "&", "a", "on", "fragment", "query", "mutation", "null", "1", "-",
        ".5", "e9", "é", "\u{feff}", " ",
    ];
    let mut random = ChaCha8Rng::seed_from_u64(7);
    for _ in 0..20_000 {
        let length = random.random_range(0..60);
        let bytes: Vec<u8> = (0..length).map(|_| random.random()).collect();
        let _ = admit(incoming(String::from_utf8_lossy(&bytes)), &Limits::DEFAULT);
        let soup: String = (0..length)
            .map(|_| SOUP[random.random_range(0..SOUP.len())])
            .collect();
        let _ = admit(incoming(soup), &Limits::DEFAULT);
    }
}

/// What the lexer lets through, the parser reads with no more brackets open
/// than the lexer saw: else a parser could be led deeper than the limit.
#[test]
fn the_parser_reads_no_bracket_that_the_lexer_missed() {
    let tight = Limits {
        depth: 0,
        ..Limits::DEFAULT
    };
    for filling in [
        "\"{[(\"",
        "\"\"\"{[(\"\"\"",
        "#{[(\n1",
        "\"\\\"{[(\"",
        "\"\"\"\\\"\"\"{[(\"\"\"",
    ] {
        let query = format!("{{a(x:{filling})}}");
        lexer::check(&query, 99, 2).unwrap();
        Guard::new(tight).parsed(&query).unwrap();
    }
}

/// `cargo test --release guard -- --ignored --nocapture` prints what the
/// costliest documents within the limits take to check.
#[test]
#[ignore = "it measures"]
fn the_costliest_documents_within_the_limits() {
    let tokens = Limits::DEFAULT.tokens;
    let documents = [
        ("fields", format!("{{{}}}", "a ".repeat(tokens - 2))),
        ("values", format!("{{a(x:[{}])}}", "1 ".repeat(tokens - 8))),
        (
            "strings",
            format!(
                "{{a(x:[{}])}}",
                "\"aaaaaaaaaaaaaaaaaaaa\" ".repeat(tokens - 8)
            ),
        ),
        (
            "levels",
            format!(
                "{{{}}}",
                format!("{}a{}", "a{".repeat(30), "}".repeat(30)).repeat(tokens / 91)
            ),
        ),
        ("comments", format!("{{{}a}}", "#\n".repeat(100_000))),
        ("open", "{a".repeat(48)),
        (
            "wrong",
            format!("{{{}!}}", "a(x:{y:1})@b{c}".repeat(tokens / 20)),
        ),
    ];
    for (name, query) in documents {
        let bytes = query.len();
        let start = Instant::now();
        let admitted = admit(incoming(query), &Limits::DEFAULT);
        println!(
            "{name}: {bytes} bytes, {:?}, {:?}",
            start.elapsed(),
            admitted.map(|_| ())
        );
    }
}
