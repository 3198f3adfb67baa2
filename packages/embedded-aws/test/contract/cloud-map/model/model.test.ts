import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { CloudMap } from '../../../../src/cloud-map/cloud-map.ts';
import { handleJson11, targetPrefix } from '../../../../src/cloud-map/json11.ts';
import { inputs, type OperationName } from '../../../../src/cloud-map/shapes.ts';
import { noLatencies } from '../../../../src/no-latencies.ts';
import { faultsOf } from '../../model/answer-faults.ts';
import { loadModel } from '../../model/botocore.ts';
import { formOfRules, formOfShape, type JsonSchema } from '../../model/form.ts';
import { callEverything } from './story.ts';

/** The embedded Cloud Map against AWS's own description of the service. */
const loaded = loadModel('servicediscovery');
const isMissing = typeof loaded === 'string';
const model = isMissing ? { operations: {}, shapes: {} } : loaded;

describe.skipIf(isMissing)(isMissing ? `the service model (${loaded})` : 'the service model', () => {
  it('all operations are there, and no others', () => {
    expect(Object.keys(inputs).sort()).toEqual(Object.keys(model.operations).sort());
  });

  it.each(Object.keys(inputs) as OperationName[])('%s takes what the model says', (operation) => {
    const rules = z.toJSONSchema(inputs[operation]) as JsonSchema;
    const { shape } = model.operations[operation]?.input ?? { shape: 'none' };
    expect(formOfRules(rules)).toEqual(formOfShape(model, shape));
  });

  it('every answer and every error is of a shape that the model names for its operation', async () => {
    const engine = new CloudMap({ settings: { rates: {}, latenciesMs: noLatencies } });
    const answered = new Set<string>();
    await callEverything(async (operation, input) => {
      const { status, __type: code, ...answer } = await post(engine, operation, input);
      const { output, errors = [] } = model.operations[operation] ?? {};
      if (status === 200) answered.add(operation);
      else expect(errors.map(({ shape }) => shape)).toContain(code);
      const shape = status === 200 ? (output?.shape ?? emptyShape) : String(code);
      expect(faultsOf(model, answer, shape, operation)).toEqual([]);
      return answer;
    });
    expect([...answered].sort()).toEqual(Object.keys(model.operations).sort());
  });
});

/** UpdateInstanceCustomHealthStatus has no output shape; any empty one will do. */
const emptyShape = 'DeleteServiceResponse';

async function post(engine: CloudMap, operation: string, input: object): Promise<Record<string, unknown>> {
  const request = { target: `${targetPrefix}.${operation}`, body: JSON.stringify(input) };
  const response = await handleJson11(engine, request);
  return { status: response?.status, ...JSON.parse(response?.body ?? '{}') };
}
