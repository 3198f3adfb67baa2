// ministack asks require() for a handler without its extension, and require() knows no .cjs. Lambda itself finds it.
const { _extensions } = require('node:module');
_extensions['.cjs'] ??= _extensions['.js'];
