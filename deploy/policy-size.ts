/** The longest that a pseudo parameter can be: a partition, a Region, an account's id. */
const longest: Readonly<Record<string, string>> = {
  'AWS::Partition': 'aws-us-gov',
  'AWS::Region': 'ap-southeast-99',
  'AWS::AccountId': '0'.repeat(12),
};

/** No name of ours is longer: what stands for the ARN, or the name, of another resource of the stack. */
const arnOfAnother = 'a'.repeat(160);

/**
 * How many characters IAM counts for a policy of a template, at most: those of its JSON without white space, with what
 * CloudFormation puts into it.
 */
export function policySize(document: unknown): number {
  return JSON.stringify(document, (_, value: unknown) => resolved(value)).length;
}

function resolved(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if ('Fn::Sub' in value) return filledIn(String(value['Fn::Sub']));
  if ('Ref' in value) return longest[String(value.Ref)] ?? arnOfAnother;
  return 'Fn::GetAtt' in value ? arnOfAnother : value;
}

function filledIn(text: string): string {
  return text.replace(/\$\{([^!}]+)\}/g, (_, name: string) => longest[name] ?? arnOfAnother);
}
