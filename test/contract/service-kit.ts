import { randomUUID } from 'node:crypto';
import type { ServiceTarget } from './suite.ts';

/** What the cases of every service do all the time. */
export class ServiceKit<Client> {
  readonly client: Client;
  readonly pass: ServiceTarget<Client>['pass'];

  constructor({ client, pass }: ServiceTarget<Client>) {
    this.client = client;
    this.pass = pass;
  }

  name(): string {
    return `n-${randomUUID().slice(0, 13)}`;
  }
}
