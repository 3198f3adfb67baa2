/** What is done instead of a call of a port, with the call itself to make; a listing answers item by item. */
interface Wrapping {
  isListing(method: string | symbol): boolean;
  call(call: () => unknown, method: string): Promise<unknown>;
  list(call: () => AsyncIterable<unknown>, method: string): AsyncIterable<unknown>;
}

/** The same object, but every call of its methods goes through the wrapping. */
export function wrappedPort<Port extends object>(port: Port, wrapping: Wrapping): Port {
  return new Proxy(port, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]) => {
        const call = () => Reflect.apply(member, target, args) as unknown;
        return wrapping.isListing(name)
          ? wrapping.list(call as () => AsyncIterable<unknown>, String(name))
          : wrapping.call(call, String(name));
      };
    },
  });
}
