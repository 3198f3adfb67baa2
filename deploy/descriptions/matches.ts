/** What requests the routes of routers and of gateways match. */
export const matches = {
  'httpRoute|http2Route.match':
    'Which requests the route is for; all that is said must be so, with exactly one of prefix and path.',
  'grpcRoute.match':
    'Which calls the route is for; all that is said must be so, and if nothing is, all calls match.',
  'tcpRoute.match': 'Which connections the route is for; absent, all.',
  'match.port': "The router's port that the request came to, 1 to 65535; absent, any of its listeners.",

  'httpRoute|http2Route.match.prefix':
    'What the path begins with; begins with / itself, which alone matches every path.',
  'match.path': 'The whole path of the request; either exact or regex.',
  'match.path.exact': 'The path, beginning with /, of up to 255 characters.',
  'match.path.regex': 'A regular expression (RE2) that the whole path matches, of up to 255 characters.',
  'match.method': "The request's method; absent, any.",
  'match.scheme': "The request's scheme, http or https; App Mesh looks at it in http2 routes only.",

  'match.headers': 'Headers that the request must have, 1 to 10; a name may come several times.',
  'headers.name': "The header's name, 1 to 50 characters.",
  'match.metadata': "Entries that the call's metadata must have, 1 to 10; a name may come several times.",
  'metadata.name': "The entry's name, 1 to 50 characters.",
  'headers|metadata.invert': 'Whether what does not match is meant instead; false by default.',
  'headers|metadata.match':
    'What the value must be, by exactly one of exact, prefix, suffix, regex and range; absent, any.',
  'headers|metadata.match.exact': 'The whole value, 1 to 255 characters.',
  'headers|metadata.match.prefix': 'What the value begins with, 1 to 255 characters.',
  'headers|metadata.match.suffix': 'What the value ends with, 1 to 255 characters.',
  'headers|metadata.match.regex':
    'A regular expression (RE2) that the whole value matches, 1 to 255 characters.',
  'headers|metadata.match.range': 'The whole numbers that the value may be.',
  'range.start': 'The first number of the range.',
  'range.end': 'The first number behind the range.',

  'match.queryParameters': 'Query parameters that the request must have, 1 to 10.',
  'queryParameters.name': "The parameter's name.",
  'queryParameters.match': 'What the value must be; absent, any.',
  'queryParameters.match.exact': 'The whole value.',

  'match.serviceName': 'The full name of the gRPC service, such as shop.Orders; absent, any.',
  'match.methodName': 'The name of the gRPC method, 1 to 50 characters, beside a serviceName; absent, any.',
} as const;
