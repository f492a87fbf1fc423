//! Errors, extensions and limits of the language.
