/** The only account and Region of the embedded AWS; credentials are not checked. */
export const account = '000000000000';
export const region = 'us-west-2';

export function arn(service: string, resource: string): string {
  return `arn:aws:${service}:${region}:${account}:${resource}`;
}
