/**
 * Replaces `@smithy/core/event-streams` in the functions' bundles: the SDK imports it for operations that stream events,
 * and the functions call none of them.
 */
export class EventStreamSerde {
  constructor() {
    throw new Error(
      'the bundle has no code for operations that stream events; see deploy/bundle/no-event-streams.ts',
    );
  }
}

export const eventStreamSerdeProvider = undefined;
