import { plainCommands } from './commands.ts';

/** Why Envoy would refuse a text with commands, as `%REQ(X-REQUEST-ID)%`; a lone percent sign is written `%%`. */
export function formatFault(text: string): string | undefined {
  for (let at = text.indexOf('%'); at >= 0; at = text.indexOf('%', at)) {
    if (text[at + 1] === '%') {
      at += 2;
      continue;
    }
    command.lastIndex = at;
    const found = command.exec(text);
    if (found === null) return `has no command of Envoy at ${JSON.stringify(text.slice(at, at + 30))}`;
    const fault = commandFault(found);
    if (fault !== undefined) return `has the command ${found[0]}, which Envoy does not know${fault}`;
    at = command.lastIndex;
  }
  return undefined;
}

const command = /%([A-Z0-9_]+)(?:\(([^)\n\r\0]*)\))?(?::(\d{1,19}))?%/y;

/** What parameters each command takes: with `length`, a number of characters may follow. */
interface Command {
  readonly parameters: RegExp;
  readonly isOptional?: boolean;
  readonly length?: boolean;
}

const header = ":?[\\w!#$%&'*+\\-.^`|~]*";
const headers: Command = { parameters: new RegExp(`^(?!$)${header}(?:\\?${header})?$`), length: true };
const time: Command = { parameters: /^/, isOptional: true };
const address: Command = { parameters: /^$/, isOptional: true };

const commands: Readonly<Record<string, Command>> = {
  ...{ REQ: headers, RESP: headers, TRAILER: headers },
  ...{ REQUEST_HEADER: headers, RESPONSE_HEADER: headers, RESPONSE_TRAILER: headers },
  // Of a formatter that the log has to name.
  REQ_WITHOUT_QUERY: headers,
  ...{ START_TIME: time, START_TIME_LOCAL: time, EMIT_TIME: time, EMIT_TIME_LOCAL: time },
  ...{ DOWNSTREAM_PEER_CERT_V_START: time, DOWNSTREAM_PEER_CERT_V_END: time },
  ...{ UPSTREAM_PEER_CERT_V_START: time, UPSTREAM_PEER_CERT_V_END: time },
  ...{ DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT: address, DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT: address },
  ...{ UPSTREAM_REMOTE_ADDRESS_WITHOUT_PORT: address, UPSTREAM_LOCAL_ADDRESS_WITHOUT_PORT: address },
  DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT: address,
  DOWNSTREAM_DIRECT_LOCAL_ADDRESS_WITHOUT_PORT: address,
  RESPONSE_CODE_DETAILS: { parameters: /^(?:ALLOW_WHITESPACES)?$/, isOptional: true },
  GRPC_STATUS: { parameters: /^(?:CAMEL_STRING|SNAKE_STRING|NUMBER)?$/, isOptional: true },
  QUERY_PARAM: { parameters: /./, length: true },
  ENVIRONMENT: { parameters: /./, length: true },
  FILTER_STATE: { parameters: /^\w[\w.]*(?::PLAIN)?$/, length: true },
  UPSTREAM_FILTER_STATE: { parameters: /^\w[\w.]*(?::PLAIN)?$/, length: true },
  DYNAMIC_METADATA: { parameters: /^\w[\w.:]*$/, length: true },
  UPSTREAM_METADATA: { parameters: /^\w[\w.:]*$/ },
  CLUSTER_METADATA: { parameters: /^\w[\w.:]*$/ },
};

/** Undefined if the command is right; what else is to be said about it, if not. */
function commandFault([, name = '', parameters, length]: RegExpExecArray): string | undefined {
  if (plainCommands.has(name)) return parameters || length ? ' with parameters' : undefined;
  const known = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (known === undefined) return '';
  if (length !== undefined && !known.length) return ' with a length';
  if (parameters === undefined) return known.isOptional ? undefined : ' without parameters';
  return known.parameters.test(parameters) ? undefined : ' with these parameters';
}
