import { expect, it } from 'vitest';
import { createLogger, errorText, type LogLevel, logLevels } from '../../../relay/logger.ts';

it.each<[LogLevel, readonly LogLevel[]]>([
  ['debug', ['debug', 'info', 'warn', 'error']],
  ['info', ['info', 'warn', 'error']],
  ['warn', ['warn', 'error']],
  ['error', ['error']],
])('a logger of level %s writes the levels %j', (level, expected) => {
  const lines: string[] = [];
  const logger = createLogger(level, (line) => lines.push(line));
  for (const each of logLevels) logger[each]('a message', { of: each });
  logger.error('nothing else');
  const entries = lines.map((line) => JSON.parse(line));
  const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  expect(entries).toEqual([
    ...expected.map((each) => ({ time, level: each, message: 'a message', of: each })),
    { time, level: 'error', message: 'nothing else' },
  ]);
  expect(lines.every((line) => line.endsWith('}\n'))).toBe(true);
});

it.each<[unknown, string]>([
  [new TypeError('a mistake'), 'TypeError: a mistake'],
  ['no error', 'no error'],
  [undefined, 'undefined'],
])('the text of %s is %j', (error, text) => {
  expect(errorText(error)).toBe(text);
});
