/** The match conditions of the routes of routers and gateways. */
export const matches = {
  'httpRoute|http2Route.match':
    'The requests that the route matches. All given conditions must match. Exactly one of prefix and path is required.',
  'grpcRoute.match':
    'The calls that the route matches. All given conditions must match. Without conditions all calls match.',
  'tcpRoute.match': 'The connections that the route matches. Default: all.',
  'match.port': "The router's listener port on which the request arrives, 1 to 65535. Default: any.",

  'httpRoute|http2Route.match.prefix':
    'The prefix of the path. It must begin with /; a single / matches every path.',
  'match.path': 'The complete path of the request. Either exact or regex.',
  'match.path.exact': 'The path, at most 255 characters. It must begin with /.',
  'match.path.regex': 'A regular expression (RE2) that must match the complete path, at most 255 characters.',
  'match.method': "The request's method. Default: any.",
  'match.scheme': "The request's scheme, http or https. App Mesh checks it only in HTTP/2 routes.",

  'match.headers': 'Required headers of the request, 1 to 10. A name may occur several times.',
  'headers.name': "The header's name, 1 to 50 characters.",
  'match.metadata': "Required entries of the call's metadata, 1 to 10. A name may occur several times.",
  'metadata.name': "The entry's name, 1 to 50 characters.",
  'headers|metadata.invert': 'Whether the match is inverted. Default: false.',
  'headers|metadata.match':
    'The condition on the value: exactly one of exact, prefix, suffix, regex and range. Default: any value.',
  'headers|metadata.match.exact': 'The complete value, 1 to 255 characters.',
  'headers|metadata.match.prefix': 'The prefix of the value, 1 to 255 characters.',
  'headers|metadata.match.suffix': 'The suffix of the value, 1 to 255 characters.',
  'headers|metadata.match.regex':
    'A regular expression (RE2) that must match the complete value, 1 to 255 characters.',
  'headers|metadata.match.range': 'A range of whole numbers that contains the value.',
  'range.start': 'The first number of the range, inclusive.',
  'range.end': 'The end of the range, exclusive.',

  'match.queryParameters': 'Required query parameters of the request, 1 to 10.',
  'queryParameters.name': "The parameter's name.",
  'queryParameters.match': 'The condition on the value. Default: any value.',
  'queryParameters.match.exact': 'The complete value.',

  'match.serviceName': 'The full name of the gRPC service, such as shop.Orders. Default: any.',
  'match.methodName': 'The name of the gRPC method, 1 to 50 characters. Requires serviceName. Default: any.',
} as const;
