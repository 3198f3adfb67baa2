type Files = Readonly<Record<string, string>>;

/**
 * Discovery by loopback addresses is refused, and processes of tests have no others. So manifests say 100.x.y.z where the
 * process is at 127.x.y.z, and the files for Envoy are changed back.
 */
export function inManifests(address: string): string {
  return address.replace(/^127\./, '100.');
}

export function withLoopback(files: Files): Files {
  return Object.fromEntries(
    Object.entries(files).map(([file, text]) => [
      file,
      text.replaceAll(/"100(\.\d+\.\d+\.\d+)"/g, '"127$1"'),
    ]),
  );
}
