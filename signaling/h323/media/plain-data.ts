import type { H245 } from '../h245/types.ts';

type DataType = H245<'DataType'>;
type VideoCapability = H245<'VideoCapability'>;

/** What stands in the wrapping of a data type. */
export interface PlainData {
  readonly dataType: DataType;
  /** Where the wrapping names one. */
  readonly payloadType: number | undefined;
}

/** H.239 §8: what an extended video capability is for. */
const ROLE = { identifier: '0.0.8.239.1.2', parameter: 1, presentation: 1, live: 2 } as const;

/**
 * A data type without what is around it: a single payload stream, as some rooms wrap channels that go through firewalls, and an
 * extended video capability for live pictures. Content is left as it is: it is not taken for a main picture.
 */
export function plainData(dataType: DataType): PlainData {
  if (dataType.type === 'multiplePayloadStream') {
    const [element, ...more] = dataType.value.elements;
    return element === undefined || more.length > 0
      ? { dataType, payloadType: undefined }
      : { dataType: plainData(element.dataType).dataType, payloadType: element.payloadType };
  }
  return dataType.type === 'videoData'
    ? { dataType: { type: 'videoData', value: plainVideo(dataType.value) }, payloadType: undefined }
    : { dataType, payloadType: undefined };
}

/** A capability without the extension that says that it is for live pictures (H.239 §8: roles are bits, and rooms set them freely). */
export function plainVideo(capability: VideoCapability): VideoCapability {
  if (capability.type !== 'extendedVideoCapability') {
    return capability;
  }
  const { videoCapability, videoCapabilityExtension = [] } = capability.value;
  const [inner] = videoCapability;
  const roles = videoCapabilityExtension.flatMap(rolesOf);
  const isLive = roles.some((role) => (role & ROLE.live) !== 0);
  const isContent = roles.length === 0 || roles.some((role) => (role & ROLE.presentation) !== 0);
  return isLive && !isContent && inner !== undefined ? inner : capability;
}

function rolesOf({ capabilityIdentifier, collapsing = [], nonCollapsing = [] }: H245<'GenericCapability'>): number[] {
  if (capabilityIdentifier.type !== 'standard' || capabilityIdentifier.value !== ROLE.identifier) {
    return [];
  }
  return [...collapsing, ...nonCollapsing].flatMap(({ parameterIdentifier, parameterValue }) =>
    parameterIdentifier.type === 'standard' &&
    parameterIdentifier.value === ROLE.parameter &&
    parameterValue.type === 'booleanArray'
      ? [parameterValue.value]
      : [],
  );
}
