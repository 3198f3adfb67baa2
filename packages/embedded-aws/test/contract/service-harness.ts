import { randomUUID } from 'node:crypto';

/** A service that a contract suite runs against. */
export interface ServiceTarget<Client> {
  readonly client: Client;
  /** Lets so much of the service's time pass. */
  readonly pass: (milliseconds: number) => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** What the cases of every service do all the time. */
export class ServiceHarness<Client> {
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
