/** The one account and Region that the embedded cloud knows; credentials are not checked. */
export const account = '000000000000';
export const region = 'us-west-2';

export function arn(service: string, resource: string): string {
  return `arn:aws:${service}:${region}:${account}:${resource}`;
}
