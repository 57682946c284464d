import {
  anyInteger,
  choice,
  extensibleChoice,
  extensibleSequence,
  imported,
  integer,
  nothing,
  objectIdentifier,
  openType,
  optional,
  reference,
  sequence,
  sequenceOf,
} from '../asn1/notation.ts';
import { h225Types } from '../h225/types.ts';

/** H.450.1 (H4501-Generic-Functional-Protocol) with what it takes from X.880 (ROSE). */
export const h450Types = {
  AliasAddress: imported(h225Types, 'AliasAddress'),
  H4501SupplementaryService: extensibleSequence(
    {
      networkFacilityExtension: optional(reference('NetworkFacilityExtension')),
      interpretationApdu: optional(reference('InterpretationApdu')),
      serviceApdu: reference('ServiceApdus'),
    },
    {},
  ),
  NetworkFacilityExtension: extensibleSequence(
    {
      sourceEntity: reference('EntityType'),
      sourceEntityAddress: optional(reference('AliasAddress')),
      destinationEntity: reference('EntityType'),
      destinationEntityAddress: optional(reference('AliasAddress')),
    },
    {},
  ),
  EntityType: extensibleChoice({ endpoint: nothing, anyEntity: nothing }, {}),
  InterpretationApdu: extensibleChoice(
    {
      discardAnyUnrecognizedInvokePdu: nothing,
      clearCallIfAnyInvokePduNotRecognized: nothing,
      rejectAnyUnrecognizedInvokePdu: nothing,
    },
    {},
  ),
  ServiceApdus: extensibleChoice({ rosApdus: sequenceOf(reference('ROS')) }, {}),
  ROS: choice({
    invoke: sequence({
      // Of all numbers of invocations this one alone has bounds.
      invokeId: integer(0, 65535),
      linkedId: optional(anyInteger),
      opcode: reference('Code'),
      argument: optional(openType),
    }),
    returnResult: sequence({
      invokeId: anyInteger,
      result: optional(extensibleSequence({ opcode: reference('Code'), result: openType }, {})),
    }),
    returnError: sequence({ invokeId: anyInteger, errcode: reference('Code'), parameter: optional(openType) }),
    reject: sequence({
      invokeId: anyInteger,
      problem: choice({
        general: anyInteger,
        invoke: anyInteger,
        returnResult: anyInteger,
        returnError: anyInteger,
      }),
    }),
  }),
  Code: choice({ local: anyInteger, global: objectIdentifier }),
} as const;
