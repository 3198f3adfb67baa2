import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { type Answer, decode, encode, type Packet } from 'dns-packet';

/** The IPv4 addresses of a name; undefined if it does not exist. */
export type Resolve = (name: string) => Promise<readonly string[] | undefined>;

export interface DnsServer {
  readonly address: string;
  readonly port: number;
  close(): void;
}

/** CoreDNS's default for names of the cluster. */
const ttlSeconds = 5;

/** A DNS server that knows A records. Rejects if the address is in use. */
export async function startDnsServer(address: string, port: number, resolve: Resolve): Promise<DnsServer> {
  const socket = createSocket('udp4');
  socket.on('message', (message, from) => void respond(socket, message, from, resolve));
  socket.bind(port, address);
  await once(socket, 'listening');
  return { address, port, close: () => socket.close() };
}

async function respond(socket: Socket, message: Buffer, from: RemoteInfo, resolve: Resolve): Promise<void> {
  const reply = await replyTo(message, resolve);
  if (reply === undefined) return;
  try {
    socket.send(reply, from.port, from.address);
  } catch {
    // Closed meanwhile.
  }
}

/** Undefined for what is no DNS message: it gets no answer. */
async function replyTo(message: Buffer, resolve: Resolve): Promise<Buffer | undefined> {
  try {
    const query = decode(message);
    const [question] = query.questions ?? [];
    const addresses = question && (await resolve(question.name.replace(/\.$/, '')));
    const answers: Answer[] =
      question?.type === 'A'
        ? (addresses ?? []).map((data) => ({ type: 'A', name: question.name, ttl: ttlSeconds, data }))
        : [];
    return encode({ ...header(query, addresses !== undefined), questions: query.questions ?? [], answers });
  } catch {
    return undefined;
  }
}

/** Response, authoritative, recursion desired as asked and available; NXDOMAIN for a name that does not exist. */
function header({ id = 0, flags = 0 }: Packet, exists: boolean): Packet {
  return { type: 'response', id, flags: 0x0400 | (flags & 0x0100) | 0x0080 | (exists ? 0 : 3) };
}
