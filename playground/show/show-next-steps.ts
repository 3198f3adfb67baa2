import type { Manifest, ReadManifest } from '../manifests/manifest.ts';
import type { PlaygroundOptions } from '../options.ts';
import type { Playground } from '../playground.ts';
import { podSteps } from '../pods/show/pod-steps.ts';
import { applyCommand } from './apply-command.ts';
import { exampleSteps, exampleSubjects } from './example-steps.ts';
import { nextSteps } from './next-steps.ts';
import { ownSteps } from './own-steps.ts';
import type { StepsPlace } from './steps-place.ts';
import { subjectsOf } from './subjects.ts';
import { frontQuestion } from './walkthrough.ts';

/** What was applied to the embedded cluster. */
export interface Given {
  readonly options: PlaygroundOptions;
  readonly read: readonly ReadManifest[];
  readonly applied: readonly Manifest[];
}

/** Prints the last lines of the start. `given`: undefined for a real cluster, which is only watched. */
export async function showNextSteps(
  playground: Playground,
  given: Given | undefined,
  isExample: boolean,
): Promise<void> {
  const { awsUrl: aws, cloudMapUrl: cloudMap, kubectl, table, mesh, pods, pageUrl: page } = playground;
  const place = { aws, cloudMap, kubectl, table, mesh, page };
  const first = pods ? podSteps(pods, kubectl) : [];
  const { commands, subjects, apply } = isExample
    ? await stepsOfExample(playground, place)
    : await stepsOf(playground, place, given);
  process.stdout.write(nextSteps(place, { commands: [...first, ...commands], subjects, apply }));
}

async function stepsOfExample({ cloudMap }: Playground, place: StepsPlace) {
  const front = await cloudMap.serviceId(frontQuestion);
  return { commands: exampleSteps(place, front), subjects: exampleSubjects, apply: undefined };
}

async function stepsOf(playground: Playground, place: StepsPlace, given: Given | undefined) {
  const subjects = await subjectsOf(playground, given?.applied ?? []);
  if (given === undefined) return { commands: [], subjects, apply: undefined };
  const services = await playground.cloudMap.services();
  return {
    commands: ownSteps(place, given.applied, services),
    subjects,
    apply: applyCommand(place.kubectl, given.options, given.read),
  };
}
