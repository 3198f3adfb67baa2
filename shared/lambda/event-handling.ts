import type * as z from 'zod/mini';
import { changeIn } from '../model/events/change-in.ts';
import type { EventDetail } from '../model/events/event.ts';
import { messageGroupOf } from '../model/events/route.ts';
import type { Dependencies } from '../ports/ports.ts';
import { parseEvent } from './parse-event.ts';

/** Common to all functions fed by a queue: the message group follows from the event, whose cluster must be known. */
export function eventHandling<Event extends EventDetail>(
  schema: z.ZodMiniType<Event>,
  { cluster }: Pick<Dependencies, 'cluster'>,
) {
  return {
    groupOf: messageGroupOf,
    changeOf: changeIn,
    parse: (body: string): Event => {
      const event = parseEvent(schema, body);
      cluster(event.cluster);
      return event;
    },
  };
}
