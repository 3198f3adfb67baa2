import { describe, expect, it } from 'vitest';
import { useExistingTable } from '../../deploy/existing-table.ts';

const arn = {
  'Fn::Sub': `arn:\${AWS::Partition}:dynamodb:\${AWS::Region}:\${AWS::AccountId}:table/former`,
};

describe('useExistingTable', () => {
  it('takes the table out of the template, and names the existing one wherever it was referred to', () => {
    const template = {
      Resources: {
        StateTable: { Type: 'AWS::DynamoDB::Table' },
        Function: { Properties: { Environment: { Variables: { TABLE_NAME: { Ref: 'StateTable' } } } } },
        Role: { Policies: [{ Statement: [{ Resource: { 'Fn::GetAtt': ['StateTable', 'Arn'] } }] }] },
        Other: { Ref: 'OtherTable', Arn: { 'Fn::GetAtt': ['Queue', 'Arn'] } },
      } as Record<string, unknown>,
      Outputs: { StateTableName: { Value: { Ref: 'StateTable' } } },
    };
    useExistingTable(template, 'former');
    expect(template).toEqual({
      Resources: {
        Function: { Properties: { Environment: { Variables: { TABLE_NAME: 'former' } } } },
        Role: { Policies: [{ Statement: [{ Resource: arn }] }] },
        Other: { Ref: 'OtherTable', Arn: { 'Fn::GetAtt': ['Queue', 'Arn'] } },
      },
      Outputs: { StateTableName: { Value: 'former' } },
    });
  });
});
