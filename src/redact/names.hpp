// What the name of a value says about it: DB_PASSWORD, aadClientSecret and `private key` name secrets, passwordFile,
// tokenAudience and secretName name other things. And what stands beside such a name and is no secret all the same.
#pragma once

#include <string_view>

namespace nixwhy {

enum class Named {
    nothing,
    password,  // chosen by people: any value may be one
    secret,    // client_secret: as a password, but names of objects are common
    token,     // made by machines: words are none
    key,       // as a token
    bare_key,  // `key` alone: only strict forms of keys
    auth,      // `auth` alone or last: user:password, or that in base64
};

// Of `DB_PASSWORD`, `--http-password`, `services.x.adminPassword`, `Private Key`. `name` is an identifier.
Named named_by(std::string_view name);

// "password": what the mark says.
const char* kind_of(Named named);

// Where a value came from in its line.
struct Value {
    std::string_view text;
    bool quoted = false;
    bool assigned = true;    // after = or in quotes; else after a colon, a blank, or in prose
    std::string_view rest;   // of the line, behind the value
};

// A variable, a placeholder, a path, a reference, a type, a word that tells a state, a sealed or public value.
bool is_no_secret(const Value& value);
// Whether the value may be what its name says.
bool is_secret_value(Named named, const Value& value);

// Letters and digits mixed as people do not write them, or a long run of a key's alphabet.
bool looks_made(std::string_view value);

}  // namespace nixwhy
