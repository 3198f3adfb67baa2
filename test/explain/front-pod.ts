export const front = { 'namespace/shop': {}, 'virtualnode/front': {} };

export const pod = { 'pod/front-1': { ip: '10.0.0.1' } };

export const denied = (action: string) =>
  `User: arn:aws:sts::111122223333:assumed-role/explain/f is not authorized to perform: ${action} on resource: arn:aws:servicediscovery:us-west-2:111122223333:service/srv-1`;
