import { currentChange } from './current-change.ts';

interface Client {
  readonly middlewareStack: {
    add(middleware: Middleware, options: { name: string; step: 'finalizeRequest'; priority: 'low' }): void;
  };
}
type Middleware = <In extends object, Out>(next: (args: In) => Promise<Out>) => (args: In) => Promise<Out>;

/**
 * Names the change in the User-Agent of each later call of the client, which CloudTrail records. It is not signed. The call's
 * idempotency token would be the wrong place: Cloud Map runs no second call with the same token, and a change may need one.
 */
export function changeInUserAgent<T extends Client>(client: T): T {
  client.middlewareStack.add(
    (next) => (args) => {
      const { request } = args as { request?: { headers?: Record<string, string> } };
      const { correlationId } = currentChange() ?? {};
      const agent = request?.headers?.['user-agent'];
      if (correlationId !== undefined && agent !== undefined && request?.headers)
        request.headers['user-agent'] = withChange(agent, correlationId);
      return next(args);
    },
    { name: 'changeInUserAgent', step: 'finalizeRequest', priority: 'low' },
  );
  return client;
}

/** A repeated attempt has it already. A colon is not allowed in a product of a User-Agent. */
function withChange(agent: string, correlationId: string): string {
  const product = `md/eks-mesh-sync-change#${correlationId.replaceAll(':', '-')}`;
  return agent.includes(product) ? agent : `${agent} ${product}`;
}
