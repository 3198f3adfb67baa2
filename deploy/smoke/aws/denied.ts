/** AWS does not let the person who runs the test make a call. */
export class DeniedError extends Error {
  override readonly name = 'DeniedError';
  readonly action: string;

  constructor(action: string, message: string, options?: ErrorOptions) {
    super(`${action} is not allowed: ${message}`, options);
    this.action = action;
  }
}

const denials = /AccessDenied|NotAuthorized|UnauthorizedOperation|AuthorizationError|AccessDeniedException/;

/** The parts of an SDK client that are used here. */
interface Client {
  readonly middlewareStack: {
    add(
      middleware: (
        next: (args: object) => Promise<object>,
        context: { readonly commandName?: string },
      ) => (args: object) => Promise<object>,
      options: { readonly step: 'initialize'; readonly name: string },
    ): void;
  };
}

/** Makes a client name the IAM action of each call that AWS refuses. */
export function namingDenials<Of>(client: Of, service: string): Of {
  (client as Client).middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        try {
          return await next(args);
        } catch (error) {
          if (!(error instanceof Error) || !denials.test(error.name)) throw error;
          throw new DeniedError(`${service}:${actionOf(commandName)}`, error.message, { cause: error });
        }
      },
    { step: 'initialize', name: 'namingDenials' },
  );
  return client;
}

function actionOf(commandName: string): string {
  const call = commandName.replace(/Command$/, '');
  return call === 'Invoke' ? 'InvokeFunction' : call;
}
