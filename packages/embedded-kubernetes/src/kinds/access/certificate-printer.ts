import { at, listAt, stringAt } from '../../model/json.ts';
import type { KubernetesObject } from '../../model/objects.ts';
import { duration } from '../age.ts';
import { ageColumn, field, nameColumn, printerOf, text } from '../columns.ts';

export const requestPrinter = printerOf(
  nameColumn,
  ageColumn,
  text('SignerName', field('spec.signerName', '<none>')),
  text('Requestor', field('spec.username')),
  text('RequestedDuration', (request) => {
    const seconds = at(request, 'spec', 'expirationSeconds');
    return typeof seconds === 'number' ? duration(seconds * 1000) : '<none>';
  }),
  text('Condition', conditionText),
);

function conditionText(request: KubernetesObject): string {
  const conditions = listAt(request, 'status', 'conditions').map((each) => at(each, 'type'));
  const decided = ['Denied', 'Approved'].find((type) => conditions.includes(type)) ?? 'Pending';
  const failed = conditions.includes('Failed') ? ',Failed' : '';
  return `${decided}${failed}${stringAt(request, 'status', 'certificate') === '' ? '' : ',Issued'}`;
}
