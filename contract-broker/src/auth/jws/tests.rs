use serde_json::{Value, json};

use super::*;
use crate::auth::signer::{Signer, hmac_signed, unsigned};

const NOW: i64 = 1_800_000_000;
const ISSUER: &str = "https://issuer.test";
const AUDIENCE: &str = "https://broker.test";

fn claims() -> Value {
    json!({ "iss": ISSUER, "aud": AUDIENCE, "sub": "ann", "iat": NOW - 10, "exp": NOW + 300 })
}

/// The claims with one changed; null takes it away.
fn with(name: &str, value: Value) -> Value {
    let mut claims = claims();
    let map = claims.as_object_mut().expect("an object");
    match value {
        Value::Null => map.remove(name),
        value => map.insert(name.to_owned(), value),
    };
    claims
}

fn key_set(keys: &[&Signer]) -> KeySet {
    let keys: Vec<Value> = keys.iter().map(|signer| signer.public()).collect();
    KeySet::read(json!({ "keys": keys }).to_string().as_bytes()).expect("keys")
}

fn accepted(token: &str, keys: &KeySet) -> Result<Claims, Fault> {
    let claims = Jws::read(token)?.verified(keys)?;
    claims.check(&Expected {
        issuer: ISSUER,
        audience: AUDIENCE,
        oldest: Some(3600),
        now: NOW,
    })?;
    Ok(claims)
}

#[test]
fn each_algorithm_of_the_list_is_accepted() {
    for (signer, algorithms) in [
        (Signer::rsa("k"), &["RS256", "RS384", "RS512", "PS256"][..]),
        (Signer::ec("k", "P-256"), &["ES256"]),
        (Signer::ec("k", "P-384"), &["ES384"]),
        (Signer::ed25519("k"), &["EdDSA"]),
    ] {
        let keys = key_set(&[&signer]);
        for algorithm in algorithms {
            let claims = accepted(&signer.sign(algorithm, &claims()), &keys).expect(algorithm);
            assert_eq!(claims.text("sub"), Some("ann"), "{algorithm}");
        }
    }
}

#[test]
fn each_forged_token_is_refused_for_what_is_wrong_with_it() {
    let (rsa, other, ec) = (Signer::rsa("k"), Signer::other_rsa("k"), Signer::ec("e", "P-256"));
    let keys = key_set(&[&rsa, &ec]);
    let right = rsa.sign("RS256", &claims());
    let (signed, signature) = right.rsplit_once('.').expect("a token");
    let (header, payload) = signed.split_once('.').expect("a token");
    let mallory = rsa.sign("RS256", &with("sub", json!("mallory")));
    let other_payload = mallory.split('.').nth(1).expect("a token");
    let header_of = |header: &str| rsa.sign_text("RS256", header, &claims().to_string());
    let rs = |name: &str, value: Value| rsa.sign("RS256", &with(name, value));
    let twice = r#"{"iss":"https://issuer.test","iss":"https://issuer.test"}"#;
    for (token, expected) in [
        (unsigned("none", &claims()), "signed with \"none\""),
        (unsigned("NoNe", &claims()), "signed with \"NoNe\""),
        (
            hmac_signed(&rsa.public().to_string(), "k", &claims()),
            "signed with \"HS256\"",
        ),
        (
            hmac_signed(rsa.public()["n"].as_str().expect("a text"), "k", &claims()),
            "signed with \"HS256\"",
        ),
        (rsa.sign("ES256", &claims()), "signature of the token is wrong"),
        (
            rsa.sign_text("RS384", r#"{"alg":"RS256","kid":"k"}"#, &claims().to_string()),
            "signature of the token is wrong",
        ),
        (
            format!("{header}.{other_payload}.{signature}"),
            "signature of the token is wrong",
        ),
        (format!("{header}.{payload}."), "signature of the token is wrong"),
        (other.sign("RS256", &claims()), "signature of the token is wrong"),
        (
            Signer::rsa("x").sign("RS256", &claims()),
            "a key that its issuer does not publish",
        ),
        (
            header_of(r#"{"alg":"RS256","kid":7}"#),
            "kid in its header is not a text",
        ),
        (header_of(r#"{"alg":"RS256","kid":"k","crit":["b64"]}"#), "(crit)"),
        (
            header_of(r#"{"alg":"none","alg":"RS256","kid":"k"}"#),
            "names each member once",
        ),
        (header_of("[]"), "names each member once"),
        (header_of("{}"), "signed with \"\""),
        (
            rsa.sign_text("RS256", r#"{"alg":"RS256","kid":"k"}"#, twice),
            "names each member once",
        ),
        (
            rs("iss", json!("https://issuer.test/")),
            "iss is \"https://issuer.test/\"",
        ),
        (rs("iss", Value::Null), "iss is \"\""),
        (
            rs("aud", json!("https://other.test")),
            "aud is \"https://other.test\"",
        ),
        (rs("aud", json!([])), "aud is \"\""),
        (rs("aud", Value::Null), "aud is \"\""),
        (rs("aud", json!(format!("{AUDIENCE}/"))), "aud is"),
        (rs("exp", json!(NOW - 61)), "expired 61 seconds ago"),
        (rs("exp", Value::Null), "exp is missing"),
        (rs("exp", json!(i64::MAX)), "exp is missing"),
        (rs("exp", json!(-1)), "exp is missing"),
        (rs("nbf", json!(NOW + 61)), "(nbf)"),
        (rs("nbf", json!("soon")), "(nbf)"),
        (rs("iat", json!(NOW + 61)), "issued in the future"),
        (rs("iat", json!(NOW - 3661)), "issued 3661 seconds ago"),
        (rs("iat", Value::Null), "iat is missing"),
        ("a.b".to_owned(), "three parts"),
        (format!("{right}.x"), "three parts"),
        (format!("{right}="), "not base64url"),
        (
            format!("{header}.{payload}.{}", "A".repeat(40_000)),
            "longer than 32 KiB",
        ),
        (String::new(), "three parts"),
    ] {
        let fault = accepted(&token, &keys).expect_err(expected).to_string();
        assert!(fault.contains(expected), "{expected}: {fault}");
    }
}

#[test]
fn clocks_may_differ_by_a_minute_and_audiences_be_several() {
    let signer = Signer::ed25519("k");
    let keys = key_set(&[&signer]);
    for (name, value) in [
        ("exp", json!(NOW - 59)),
        ("exp", json!(1_800_000_300.5)),
        ("nbf", json!(NOW + 59)),
        ("iat", json!(NOW + 59)),
        ("aud", json!(["https://other.test", AUDIENCE])),
    ] {
        let token = signer.sign("EdDSA", &with(name, value.clone()));
        accepted(&token, &keys).unwrap_or_else(|fault| panic!("{name} {value}: {fault}"));
    }
}

#[test]
fn a_key_is_used_for_what_its_owner_says_alone() {
    let signer = Signer::rsa("k");
    let token = signer.sign("RS256", &claims());
    let no_id = signer.sign_text("RS256", r#"{"alg":"RS256"}"#, &claims().to_string());
    let read = |change: &dyn Fn(&mut Value)| {
        let mut key = signer.public();
        change(&mut key);
        KeySet::read(json!({ "keys": [key] }).to_string().as_bytes())
    };
    for change in [
        &(|key: &mut Value| key["use"] = json!("enc")) as &dyn Fn(&mut Value),
        &|key| key["key_ops"] = json!(["sign"]),
        &|key| key["kty"] = json!("oct"),
        &|key| key["n"] = json!("?"),
    ] {
        assert!(read(change).is_err());
    }
    let only = read(&|key| key["alg"] = json!("RS512")).expect("a key");
    assert_eq!(accepted(&token, &only), Err(Fault::Signature));
    let zero = read(&|key| {
        let n = BASE64_URL_SAFE_NO_PAD
            .decode(key["n"].as_str().expect("a text"))
            .expect("base64");
        key["n"] = json!(BASE64_URL_SAFE_NO_PAD.encode([&[0][..], &n].concat()));
    });
    let zero = zero.expect("a key");
    assert!(accepted(&token, &zero).is_ok(), "a number may begin with a zero");
    assert!(accepted(&no_id, &zero).is_ok(), "a token may name no key");
}

#[test]
fn a_set_of_keys_that_is_none_is_said_to_be_none() {
    for (text, expected) in [
        ("[]", "the list \"keys\" is missing"),
        ("x", "not a set of keys"),
        (r#"{"keys":[]}"#, "can be used"),
        (r#"{"keys":[{"kty":"RSA","kty":"RSA"}]}"#, "named twice"),
    ] {
        let problem = KeySet::read(text.as_bytes()).expect_err(expected);
        assert!(problem.contains(expected), "{problem}");
    }
}
