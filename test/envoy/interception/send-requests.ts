import { startClients } from '../storm/clients.ts';

/** Sends requests from the namespace that it is started in until its input ends; then writes what it has seen. */
const [address = '', port = '', host = ''] = process.argv.slice(2);
const clients = startClients(4, { address, port: Number(port), host });
console.log('started');
await process.stdin.resume().toArray();
await clients.stop();
const { failures, answers } = clients.seen;
const total = [...answers.values()].reduce((sum, each) => sum + each, 0);
console.log(JSON.stringify({ failures, total }));
