/** A value that the schema's type does not allow, or bytes that are no MessagePack. */
export class CodecError extends Error {
  override readonly name = "CodecError";
}
