import { describe, expect, it } from 'vitest';
import type { Faulty, Translated } from '../../../../model/mesh/specs.ts';
import { gateway, node } from './node-and-gateway.ts';

describe.each([node, gateway])('the logging of a $kind', ({ faults, input }) => {
  const log = (file: unknown) => ({ accessLog: { file } });
  const format = (members: unknown) => log({ path: '/dev/stdout', format: members });

  it.each<Translated>([
    [{}],
    [{ accessLog: null }, {}],
    [log(null), {}],
    [log({ path: '/dev/stdout' })],
    [format(null), log({ path: '/dev/stdout' })],
    [format({ text: '%START_TIME%\n' })],
    [
      format({ json: [{ key: 'start', value: '%START_TIME%' }], text: null }),
      format({ json: [{ key: 'start', value: '%START_TIME%' }] }),
    ],
  ])('%j becomes %j', (logging, expected = logging) => {
    expect(input({ logging }).logging).toStrictEqual(expected);
  });

  const path = 'spec.logging.accessLog.file';
  it.each<Faulty>([
    [{ accesslog: {} }, 'spec.logging: Unrecognized key: "accesslog"'],
    [{ accessLog: { path: '/x' } }, 'spec.logging.accessLog: Unrecognized key: "path"'],
    [log({}), `${path}.path: Invalid input: expected string, received undefined`],
    [log({ path: '' }), `${path}.path: Too small: expected string to have >=1 characters`],
    [log({ path: 'x'.repeat(256) }), `${path}.path: Too big: expected string to have <=255 characters`],
    [format({}), `${path}.format: expected exactly one of json, text; found none`],
    [
      format({ json: [], text: 'x' }),
      `${path}.format: expected exactly one of json, text; found json and text`,
    ],
    [format({ text: '' }), `${path}.format.text: Too small: expected string to have >=1 characters`],
    [
      format({ text: 'x'.repeat(1001) }),
      `${path}.format.text: Too big: expected string to have <=1000 characters`,
    ],
    [
      format({ json: { start: '%START_TIME%' } }),
      `${path}.format.json: Invalid input: expected array, received object`,
    ],
    [
      format({ json: [{ key: '', value: 'x' }] }),
      `${path}.format.json[0].key: Too small: expected string to have >=1 characters`,
    ],
    [
      format({ json: [{ key: 'x', value: 'x'.repeat(101) }] }),
      `${path}.format.json[0].value: Too big: expected string to have <=100 characters`,
    ],
  ])('%j is wrong', (logging, expected) => {
    expect(faults({ logging })).toBe(expected);
  });
});
