import { randomBytes } from 'node:crypto';
import { stringAt } from '../model/json.ts';
import type { KubernetesObject } from '../model/objects.ts';
import { ApiError } from '../model/status.ts';
import type { Api } from '../verbs/api.ts';
import { timestamp } from '../verbs/api-context.ts';
import type { RecordedObject, Recorder, Timers } from './control-plane.ts';

/** An API server deletes events after an hour. */
const lifetimeMs = 60 * 60 * 1000;
const sweepIntervalMs = 60 * 1000;

/** Writes core/v1 Events, which `kubectl describe` shows, and deletes them after an hour. */
export function startRecorder(api: () => Api, timers: Timers): Recorder {
  const sweep = () => {
    for (const event of api().list('events')) if (isOld(event)) api().delete(event);
    timers.later(sweepIntervalMs, sweep);
  };
  timers.later(sweepIntervalMs, sweep);
  return {
    record(about, type, reason, message, component) {
      try {
        api().create('events', eventOf(about, type, reason, message, component));
      } catch (error) {
        // Events of a terminating namespace are deleted with it.
        if (!(error instanceof ApiError) || (error.code !== 403 && error.code !== 404)) throw error;
      }
    },
  };
}

function isOld(event: KubernetesObject): boolean {
  return (
    Date.parse(stringAt(event, 'lastTimestamp') || event.metadata.creationTimestamp) < Date.now() - lifetimeMs
  );
}

function eventOf(about: RecordedObject, type: string, reason: string, message: string, component: string) {
  const { apiVersion, kind, metadata } = about;
  const { name, uid, namespace = 'default' } = metadata;
  const now = timestamp();
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${name}.${randomBytes(8).toString('hex')}`, namespace },
    involvedObject: { apiVersion, kind, name, namespace, uid },
    type,
    reason,
    message,
    source: { component },
    reportingComponent: component,
    firstTimestamp: now,
    lastTimestamp: now,
    count: 1,
  };
}
