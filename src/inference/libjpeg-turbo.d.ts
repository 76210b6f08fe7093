// The package has no types of its own; these are those of its src/jslib-decode.cpp.
declare module '@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs' {
  export interface FrameInfo {
    width: number;
    height: number;
    bitsPerSample: number;
    /** 1: grey; 3: RGB, interleaved. */
    componentCount: number;
    isSigned: boolean;
  }

  /** An object in wasm memory: `delete` frees it. */
  export interface JPEGDecoder {
    /** A view of wasm memory to copy the JPEG into. */
    getEncodedBuffer(bytes: number): Uint8Array;
    /** Throws a number (a C++ exception) on any error or warning of libjpeg. */
    decode(): void;
    getFrameInfo(): FrameInfo;
    /** A copy of the pixels. */
    getDecodedBuffer(): Uint8ClampedArray<ArrayBuffer>;
    delete(): void;
  }

  export interface LibjpegTurbo {
    JPEGDecoder: new () => JPEGDecoder;
  }

  export default function createLibjpegTurbo(options: {
    wasmBinary: ArrayBuffer | Uint8Array;
  }): Promise<LibjpegTurbo>;
}
