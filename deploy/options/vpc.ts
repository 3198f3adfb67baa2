import type { Statement } from '../policies/statement.ts';
import { listOf } from './list-of.ts';

/** As osls takes it for all functions. */
export interface Vpc {
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
}

const subnet = /^subnet-[0-9a-f]{8,17}$/;
const securityGroup = /^sg-[0-9a-f]{8,17}$/;

/** Undefined without both. Throws an error that names the parameter. Lambda's limits: 16 subnets, 5 security groups. */
export function vpcOf(subnets: string, securityGroups: string): Vpc | undefined {
  const vpc = {
    subnetIds: listOf('vpcSubnets', subnets, subnet, { example: 'subnet-0123456789abcdef0', most: 16 }),
    securityGroupIds: listOf('vpcSecurityGroups', securityGroups, securityGroup, {
      example: 'sg-0123456789abcdef0',
      most: 5,
    }),
  };
  if (vpc.subnetIds.length === 0 && vpc.securityGroupIds.length === 0) return undefined;
  if (vpc.subnetIds.length === 0)
    throw new Error('vpcSecurityGroups is set without vpcSubnets; expected both');
  if (vpc.securityGroupIds.length === 0)
    throw new Error('vpcSubnets is set without vpcSecurityGroups; expected both');
  return vpc;
}

const networkInterfaces = [
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:AssignPrivateIpAddresses',
  'ec2:UnassignPrivateIpAddresses',
];

/**
 * Lambda needs these in a function's role to connect it to a VPC. The function's own code gets none of them: only its calls
 * have the key lambda:SourceFunctionArn.
 */
export function vpcAccess(): Statement[] {
  const Resource = '*';
  return [
    { Sid: 'ConnectsToTheVpc', Effect: 'Allow', Action: networkInterfaces, Resource },
    {
      Sid: 'KeepsTheCodeFromInterfaces',
      Effect: 'Deny',
      Action: networkInterfaces,
      Resource,
      Condition: {
        ArnLike: {
          'lambda:SourceFunctionArn': [{ 'Fn::Sub': `arn:\${AWS::Partition}:lambda:*:*:function:*` }],
        },
      },
    },
  ];
}
