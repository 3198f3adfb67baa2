import { expect, it } from 'vitest';
import { LogGroups } from '../../src/cloud-watch-logs/log-groups.ts';

it('a function that was never invoked has a log group without lines', () => {
  const groups = new LogGroups(['/aws/lambda/sweep']);
  expect(groups.names()).toEqual(['/aws/lambda/sweep']);
  expect(groups.events('/aws/lambda/sweep')).toEqual([]);
  groups.add('/aws/lambda/sweep', 'START');
  expect(groups.events('/aws/lambda/sweep')?.map(({ message }) => message)).toEqual(['START']);
  expect(groups.events('/aws/lambda/report')).toBeUndefined();
});
