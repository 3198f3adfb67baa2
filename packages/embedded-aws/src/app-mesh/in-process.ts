import type { AppMeshClientConfig } from '@aws-sdk/client-app-mesh';
import { inProcessOptions } from '../engine/in-process.ts';
import type { AppMesh } from './app-mesh.ts';
import { handleRestJson } from './rest-json.ts';

/** Options for an SDK client in tests that calls the engine in process. */
export function inProcessClientOptions(engine: AppMesh) {
  return inProcessOptions(({ method, path, query, body }) =>
    handleRestJson(engine, { method, pathname: path, query: searchParams(query), body }),
  ) satisfies AppMeshClientConfig;
}

function searchParams(
  query: Readonly<Record<string, string | readonly string[] | null>> = {},
): URLSearchParams {
  const entries = Object.entries(query).flatMap(([key, value]) =>
    [value ?? ''].flat().map((item) => [key, item] as [string, string]),
  );
  return new URLSearchParams(entries);
}
