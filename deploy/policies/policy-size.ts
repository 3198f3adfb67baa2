/** The longest value of each pseudo parameter: partition, Region, account id. */
const maxLengthValues: Readonly<Record<string, string>> = {
  'AWS::Partition': 'aws-us-gov',
  'AWS::Region': 'ap-southeast-99',
  'AWS::AccountId': '0'.repeat(12),
};

/** Placeholder for the ARN, or the name, of another resource of the stack; none of our names is longer. */
const arnOfAnother = 'a'.repeat(160);

/**
 * The maximum number of characters that IAM counts for a policy of a template: its JSON without white space, after
 * CloudFormation's substitutions.
 */
export function policySize(document: unknown): number {
  return JSON.stringify(document, (_, value: unknown) => resolved(value)).length;
}

function resolved(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if ('Fn::Sub' in value) return filledIn(String(value['Fn::Sub']));
  if ('Ref' in value) return maxLengthValues[String(value.Ref)] ?? arnOfAnother;
  return 'Fn::GetAtt' in value ? arnOfAnother : value;
}

function filledIn(text: string): string {
  return text.replace(/\$\{([^!}]+)\}/g, (_, name: string) => maxLengthValues[name] ?? arnOfAnother);
}
