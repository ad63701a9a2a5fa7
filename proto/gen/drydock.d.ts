import * as $protobuf from "protobufjs";
import type Long from "long";

/** Namespace drydock. */
export namespace drydock {

    /** Namespace v1. */
    namespace v1 {

        /**
         * Properties of a Pin.
         * @deprecated Use drydock.v1.Pin.$Properties instead.
         */
        interface IPin extends drydock.v1.Pin.$Properties {
        }

        /** Represents a Pin. */
        class Pin {

            /**
             * Constructs a new Pin.
             * @param [properties] Properties to set
             */
            constructor(properties?: drydock.v1.Pin.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Pin id. */
            id: string;

            /** Pin input. */
            input: string;

            /** Pin object. */
            object: string;

            /** Pin uri. */
            uri: string;

            /** Pin size. */
            size: number;

            /** Pin etag. */
            etag?: (string|null);

            /** Pin versionId. */
            versionId?: (string|null);

            /** Pin file. */
            file?: (drydock.v1.FileIdentity.$Properties|null);

            /** Pin sizeOnly. */
            sizeOnly?: (boolean|null);

            /** Pin node. */
            node: string;

            /** Pin checksums. */
            checksums: drydock.v1.Checksum.$Properties[];

            /** Pin identity. */
            identity?: ("etag"|"versionId"|"file"|"sizeOnly");

            /**
             * Creates a new Pin instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Pin instance
             */
            static create(properties: drydock.v1.Pin.$Shape): drydock.v1.Pin & drydock.v1.Pin.$Shape;
            static create(properties?: drydock.v1.Pin.$Properties): drydock.v1.Pin;

            /**
             * Encodes the specified Pin message. Does not implicitly {@link drydock.v1.Pin.verify|verify} messages.
             * @param message Pin message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: drydock.v1.Pin.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Pin message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {drydock.v1.Pin & drydock.v1.Pin.$Shape} Pin
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): drydock.v1.Pin & drydock.v1.Pin.$Shape;

            /**
             * Creates a Pin message from a plain object. Also converts values to their respective internal types.
             * @param object Plain object
             * @returns Pin
             */
            static fromObject(object: { [k: string]: any }): drydock.v1.Pin;

            /**
             * Creates a plain object from a Pin message. Also converts values to other types if specified.
             * @param message Pin
             * @param [options] Conversion options
             * @returns Plain object
             */
            static toObject(message: drydock.v1.Pin, options?: $protobuf.IConversionOptions): { [k: string]: any };

            /**
             * Converts this Pin to JSON.
             * @returns JSON object
             */
            toJSON(): { [k: string]: any };

            /**
             * Gets the type url for Pin
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace Pin {

            /** Properties of a Pin. */
            interface $Properties {

                /** Pin id */
                id?: (string|null);

                /** Pin input */
                input?: (string|null);

                /** Pin object */
                object?: (string|null);

                /** Pin uri */
                uri?: (string|null);

                /** Pin size */
                size?: (number|null);

                /** Pin etag */
                etag?: (string|null);

                /** Pin versionId */
                versionId?: (string|null);

                /** Pin file */
                file?: (drydock.v1.FileIdentity.$Properties|null);

                /** Pin sizeOnly */
                sizeOnly?: (boolean|null);

                /** Pin node */
                node?: (string|null);

                /** Pin checksums */
                checksums?: (drydock.v1.Checksum.$Properties[]|null);

                /** Pin identity */
                identity?: ("etag"|"versionId"|"file"|"sizeOnly");

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Narrowed shape of a Pin. */
            type $Shape = {
              id?: string|null;
              input?: string|null;
              object?: string|null;
              uri?: string|null;
              size?: number|null;
              etag?: string|null;
              versionId?: string|null;
              file?: drydock.v1.FileIdentity.$Shape|null;
              sizeOnly?: boolean|null;
              node?: string|null;
              checksums?: drydock.v1.Checksum.$Shape[]|null;
              $unknowns?: Uint8Array[];
            } & (
              ({ identity?: undefined; etag?: null; versionId?: null; file?: null; sizeOnly?: null }|{ identity?: "etag"; etag: string; versionId?: null; file?: null; sizeOnly?: null }|{ identity?: "versionId"; etag?: null; versionId: string; file?: null; sizeOnly?: null }|{ identity?: "file"; etag?: null; versionId?: null; file: drydock.v1.FileIdentity.$Shape; sizeOnly?: null }|{ identity?: "sizeOnly"; etag?: null; versionId?: null; file?: null; sizeOnly: boolean })
            );
        }

        /**
         * Properties of a FileIdentity.
         * @deprecated Use drydock.v1.FileIdentity.$Properties instead.
         */
        interface IFileIdentity extends drydock.v1.FileIdentity.$Properties {
        }

        /** Represents a FileIdentity. */
        class FileIdentity {

            /**
             * Constructs a new FileIdentity.
             * @param [properties] Properties to set
             */
            constructor(properties?: drydock.v1.FileIdentity.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** FileIdentity device. */
            device: number;

            /** FileIdentity inode. */
            inode: number;

            /** FileIdentity mtimeNs. */
            mtimeNs: string;

            /**
             * Creates a new FileIdentity instance using the specified properties.
             * @param [properties] Properties to set
             * @returns FileIdentity instance
             */
            static create(properties: drydock.v1.FileIdentity.$Shape): drydock.v1.FileIdentity & drydock.v1.FileIdentity.$Shape;
            static create(properties?: drydock.v1.FileIdentity.$Properties): drydock.v1.FileIdentity;

            /**
             * Encodes the specified FileIdentity message. Does not implicitly {@link drydock.v1.FileIdentity.verify|verify} messages.
             * @param message FileIdentity message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: drydock.v1.FileIdentity.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a FileIdentity message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {drydock.v1.FileIdentity & drydock.v1.FileIdentity.$Shape} FileIdentity
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): drydock.v1.FileIdentity & drydock.v1.FileIdentity.$Shape;

            /**
             * Creates a FileIdentity message from a plain object. Also converts values to their respective internal types.
             * @param object Plain object
             * @returns FileIdentity
             */
            static fromObject(object: { [k: string]: any }): drydock.v1.FileIdentity;

            /**
             * Creates a plain object from a FileIdentity message. Also converts values to other types if specified.
             * @param message FileIdentity
             * @param [options] Conversion options
             * @returns Plain object
             */
            static toObject(message: drydock.v1.FileIdentity, options?: $protobuf.IConversionOptions): { [k: string]: any };

            /**
             * Converts this FileIdentity to JSON.
             * @returns JSON object
             */
            toJSON(): { [k: string]: any };

            /**
             * Gets the type url for FileIdentity
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace FileIdentity {

            /** Properties of a FileIdentity. */
            interface $Properties {

                /** FileIdentity device */
                device?: (number|null);

                /** FileIdentity inode */
                inode?: (number|null);

                /** FileIdentity mtimeNs */
                mtimeNs?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a FileIdentity. */
            type $Shape = drydock.v1.FileIdentity.$Properties;
        }

        /**
         * Properties of a Checksum.
         * @deprecated Use drydock.v1.Checksum.$Properties instead.
         */
        interface IChecksum extends drydock.v1.Checksum.$Properties {
        }

        /** Represents a Checksum. */
        class Checksum {

            /**
             * Constructs a new Checksum.
             * @param [properties] Properties to set
             */
            constructor(properties?: drydock.v1.Checksum.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Checksum algorithm. */
            algorithm: string;

            /** Checksum value. */
            value: string;

            /**
             * Creates a new Checksum instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Checksum instance
             */
            static create(properties: drydock.v1.Checksum.$Shape): drydock.v1.Checksum & drydock.v1.Checksum.$Shape;
            static create(properties?: drydock.v1.Checksum.$Properties): drydock.v1.Checksum;

            /**
             * Encodes the specified Checksum message. Does not implicitly {@link drydock.v1.Checksum.verify|verify} messages.
             * @param message Checksum message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: drydock.v1.Checksum.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Checksum message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {drydock.v1.Checksum & drydock.v1.Checksum.$Shape} Checksum
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): drydock.v1.Checksum & drydock.v1.Checksum.$Shape;

            /**
             * Creates a Checksum message from a plain object. Also converts values to their respective internal types.
             * @param object Plain object
             * @returns Checksum
             */
            static fromObject(object: { [k: string]: any }): drydock.v1.Checksum;

            /**
             * Creates a plain object from a Checksum message. Also converts values to other types if specified.
             * @param message Checksum
             * @param [options] Conversion options
             * @returns Plain object
             */
            static toObject(message: drydock.v1.Checksum, options?: $protobuf.IConversionOptions): { [k: string]: any };

            /**
             * Converts this Checksum to JSON.
             * @returns JSON object
             */
            toJSON(): { [k: string]: any };

            /**
             * Gets the type url for Checksum
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace Checksum {

            /** Properties of a Checksum. */
            interface $Properties {

                /** Checksum algorithm */
                algorithm?: (string|null);

                /** Checksum value */
                value?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Checksum. */
            type $Shape = drydock.v1.Checksum.$Properties;
        }

        /**
         * Properties of an Input.
         * @deprecated Use drydock.v1.Input.$Properties instead.
         */
        interface IInput extends drydock.v1.Input.$Properties {
        }

        /** Represents an Input. */
        class Input {

            /**
             * Constructs a new Input.
             * @param [properties] Properties to set
             */
            constructor(properties?: drydock.v1.Input.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Input name. */
            name: string;

            /** Input role. */
            role: string;

            /** Input uri. */
            uri: string;

            /** Input pins. */
            pins: drydock.v1.Pin.$Properties[];

            /** Input localPath. */
            localPath: string;

            /**
             * Creates a new Input instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Input instance
             */
            static create(properties: drydock.v1.Input.$Shape): drydock.v1.Input & drydock.v1.Input.$Shape;
            static create(properties?: drydock.v1.Input.$Properties): drydock.v1.Input;

            /**
             * Encodes the specified Input message. Does not implicitly {@link drydock.v1.Input.verify|verify} messages.
             * @param message Input message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: drydock.v1.Input.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an Input message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {drydock.v1.Input & drydock.v1.Input.$Shape} Input
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): drydock.v1.Input & drydock.v1.Input.$Shape;

            /**
             * Creates an Input message from a plain object. Also converts values to their respective internal types.
             * @param object Plain object
             * @returns Input
             */
            static fromObject(object: { [k: string]: any }): drydock.v1.Input;

            /**
             * Creates a plain object from an Input message. Also converts values to other types if specified.
             * @param message Input
             * @param [options] Conversion options
             * @returns Plain object
             */
            static toObject(message: drydock.v1.Input, options?: $protobuf.IConversionOptions): { [k: string]: any };

            /**
             * Converts this Input to JSON.
             * @returns JSON object
             */
            toJSON(): { [k: string]: any };

            /**
             * Gets the type url for Input
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace Input {

            /** Properties of an Input. */
            interface $Properties {

                /** Input name */
                name?: (string|null);

                /** Input role */
                role?: (string|null);

                /** Input uri */
                uri?: (string|null);

                /** Input pins */
                pins?: (drydock.v1.Pin.$Properties[]|null);

                /** Input localPath */
                localPath?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an Input. */
            type $Shape = {
              name?: string|null;
              role?: string|null;
              uri?: string|null;
              pins?: drydock.v1.Pin.$Shape[]|null;
              localPath?: string|null;
              $unknowns?: Uint8Array[];
            };
        }

        /**
         * Properties of a PlanRef.
         * @deprecated Use drydock.v1.PlanRef.$Properties instead.
         */
        interface IPlanRef extends drydock.v1.PlanRef.$Properties {
        }

        /** Represents a PlanRef. */
        class PlanRef {

            /**
             * Constructs a new PlanRef.
             * @param [properties] Properties to set
             */
            constructor(properties?: drydock.v1.PlanRef.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** PlanRef digest. */
            digest: string;

            /** PlanRef tensors. */
            tensors: number;

            /** PlanRef bytes. */
            bytes: number;

            /**
             * Creates a new PlanRef instance using the specified properties.
             * @param [properties] Properties to set
             * @returns PlanRef instance
             */
            static create(properties: drydock.v1.PlanRef.$Shape): drydock.v1.PlanRef & drydock.v1.PlanRef.$Shape;
            static create(properties?: drydock.v1.PlanRef.$Properties): drydock.v1.PlanRef;

            /**
             * Encodes the specified PlanRef message. Does not implicitly {@link drydock.v1.PlanRef.verify|verify} messages.
             * @param message PlanRef message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: drydock.v1.PlanRef.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a PlanRef message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {drydock.v1.PlanRef & drydock.v1.PlanRef.$Shape} PlanRef
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): drydock.v1.PlanRef & drydock.v1.PlanRef.$Shape;

            /**
             * Creates a PlanRef message from a plain object. Also converts values to their respective internal types.
             * @param object Plain object
             * @returns PlanRef
             */
            static fromObject(object: { [k: string]: any }): drydock.v1.PlanRef;

            /**
             * Creates a plain object from a PlanRef message. Also converts values to other types if specified.
             * @param message PlanRef
             * @param [options] Conversion options
             * @returns Plain object
             */
            static toObject(message: drydock.v1.PlanRef, options?: $protobuf.IConversionOptions): { [k: string]: any };

            /**
             * Converts this PlanRef to JSON.
             * @returns JSON object
             */
            toJSON(): { [k: string]: any };

            /**
             * Gets the type url for PlanRef
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace PlanRef {

            /** Properties of a PlanRef. */
            interface $Properties {

                /** PlanRef digest */
                digest?: (string|null);

                /** PlanRef tensors */
                tensors?: (number|null);

                /** PlanRef bytes */
                bytes?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a PlanRef. */
            type $Shape = drydock.v1.PlanRef.$Properties;
        }

        /**
         * Properties of a TrainingState.
         * @deprecated Use drydock.v1.TrainingState.$Properties instead.
         */
        interface ITrainingState extends drydock.v1.TrainingState.$Properties {
        }

        /** Represents a TrainingState. */
        class TrainingState {

            /**
             * Constructs a new TrainingState.
             * @param [properties] Properties to set
             */
            constructor(properties?: drydock.v1.TrainingState.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** TrainingState epoch. */
            epoch?: (number|null);

            /** TrainingState globalStep. */
            globalStep?: (number|null);

            /** TrainingState bestMetric. */
            bestMetric?: (number|null);

            /** TrainingState metricsHistoryJson. */
            metricsHistoryJson: string;

            /** TrainingState producer. */
            producer: string;

            /** TrainingState hasOptimizer. */
            hasOptimizer: boolean;

            /** TrainingState hasScheduler. */
            hasScheduler: boolean;

            /**
             * Creates a new TrainingState instance using the specified properties.
             * @param [properties] Properties to set
             * @returns TrainingState instance
             */
            static create(properties: drydock.v1.TrainingState.$Shape): drydock.v1.TrainingState & drydock.v1.TrainingState.$Shape;
            static create(properties?: drydock.v1.TrainingState.$Properties): drydock.v1.TrainingState;

            /**
             * Encodes the specified TrainingState message. Does not implicitly {@link drydock.v1.TrainingState.verify|verify} messages.
             * @param message TrainingState message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: drydock.v1.TrainingState.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a TrainingState message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {drydock.v1.TrainingState & drydock.v1.TrainingState.$Shape} TrainingState
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): drydock.v1.TrainingState & drydock.v1.TrainingState.$Shape;

            /**
             * Creates a TrainingState message from a plain object. Also converts values to their respective internal types.
             * @param object Plain object
             * @returns TrainingState
             */
            static fromObject(object: { [k: string]: any }): drydock.v1.TrainingState;

            /**
             * Creates a plain object from a TrainingState message. Also converts values to other types if specified.
             * @param message TrainingState
             * @param [options] Conversion options
             * @returns Plain object
             */
            static toObject(message: drydock.v1.TrainingState, options?: $protobuf.IConversionOptions): { [k: string]: any };

            /**
             * Converts this TrainingState to JSON.
             * @returns JSON object
             */
            toJSON(): { [k: string]: any };

            /**
             * Gets the type url for TrainingState
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace TrainingState {

            /** Properties of a TrainingState. */
            interface $Properties {

                /** TrainingState epoch */
                epoch?: (number|null);

                /** TrainingState globalStep */
                globalStep?: (number|null);

                /** TrainingState bestMetric */
                bestMetric?: (number|null);

                /** TrainingState metricsHistoryJson */
                metricsHistoryJson?: (string|null);

                /** TrainingState producer */
                producer?: (string|null);

                /** TrainingState hasOptimizer */
                hasOptimizer?: (boolean|null);

                /** TrainingState hasScheduler */
                hasScheduler?: (boolean|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a TrainingState. */
            type $Shape = drydock.v1.TrainingState.$Properties;
        }

        /**
         * Properties of a StageRecord.
         * @deprecated Use drydock.v1.StageRecord.$Properties instead.
         */
        interface IStageRecord extends drydock.v1.StageRecord.$Properties {
        }

        /** Represents a StageRecord. */
        class StageRecord {

            /**
             * Constructs a new StageRecord.
             * @param [properties] Properties to set
             */
            constructor(properties?: drydock.v1.StageRecord.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** StageRecord stage. */
            stage: string;

            /** StageRecord node. */
            node: string;

            /** StageRecord attempt. */
            attempt: number;

            /** StageRecord bytesRead. */
            bytesRead: number;

            /** StageRecord bytesWritten. */
            bytesWritten: number;

            /** StageRecord note. */
            note: string;

            /**
             * Creates a new StageRecord instance using the specified properties.
             * @param [properties] Properties to set
             * @returns StageRecord instance
             */
            static create(properties: drydock.v1.StageRecord.$Shape): drydock.v1.StageRecord & drydock.v1.StageRecord.$Shape;
            static create(properties?: drydock.v1.StageRecord.$Properties): drydock.v1.StageRecord;

            /**
             * Encodes the specified StageRecord message. Does not implicitly {@link drydock.v1.StageRecord.verify|verify} messages.
             * @param message StageRecord message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: drydock.v1.StageRecord.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a StageRecord message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {drydock.v1.StageRecord & drydock.v1.StageRecord.$Shape} StageRecord
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): drydock.v1.StageRecord & drydock.v1.StageRecord.$Shape;

            /**
             * Creates a StageRecord message from a plain object. Also converts values to their respective internal types.
             * @param object Plain object
             * @returns StageRecord
             */
            static fromObject(object: { [k: string]: any }): drydock.v1.StageRecord;

            /**
             * Creates a plain object from a StageRecord message. Also converts values to other types if specified.
             * @param message StageRecord
             * @param [options] Conversion options
             * @returns Plain object
             */
            static toObject(message: drydock.v1.StageRecord, options?: $protobuf.IConversionOptions): { [k: string]: any };

            /**
             * Converts this StageRecord to JSON.
             * @returns JSON object
             */
            toJSON(): { [k: string]: any };

            /**
             * Gets the type url for StageRecord
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace StageRecord {

            /** Properties of a StageRecord. */
            interface $Properties {

                /** StageRecord stage */
                stage?: (string|null);

                /** StageRecord node */
                node?: (string|null);

                /** StageRecord attempt */
                attempt?: (number|null);

                /** StageRecord bytesRead */
                bytesRead?: (number|null);

                /** StageRecord bytesWritten */
                bytesWritten?: (number|null);

                /** StageRecord note */
                note?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a StageRecord. */
            type $Shape = drydock.v1.StageRecord.$Properties;
        }

        /**
         * Properties of an ExistingOutput.
         * @deprecated Use drydock.v1.ExistingOutput.$Properties instead.
         */
        interface IExistingOutput extends drydock.v1.ExistingOutput.$Properties {
        }

        /** Represents an ExistingOutput. */
        class ExistingOutput {

            /**
             * Constructs a new ExistingOutput.
             * @param [properties] Properties to set
             */
            constructor(properties?: drydock.v1.ExistingOutput.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ExistingOutput sealed. */
            sealed: boolean;

            /** ExistingOutput planDigest. */
            planDigest: string;

            /**
             * Creates a new ExistingOutput instance using the specified properties.
             * @param [properties] Properties to set
             * @returns ExistingOutput instance
             */
            static create(properties: drydock.v1.ExistingOutput.$Shape): drydock.v1.ExistingOutput & drydock.v1.ExistingOutput.$Shape;
            static create(properties?: drydock.v1.ExistingOutput.$Properties): drydock.v1.ExistingOutput;

            /**
             * Encodes the specified ExistingOutput message. Does not implicitly {@link drydock.v1.ExistingOutput.verify|verify} messages.
             * @param message ExistingOutput message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: drydock.v1.ExistingOutput.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an ExistingOutput message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {drydock.v1.ExistingOutput & drydock.v1.ExistingOutput.$Shape} ExistingOutput
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): drydock.v1.ExistingOutput & drydock.v1.ExistingOutput.$Shape;

            /**
             * Creates an ExistingOutput message from a plain object. Also converts values to their respective internal types.
             * @param object Plain object
             * @returns ExistingOutput
             */
            static fromObject(object: { [k: string]: any }): drydock.v1.ExistingOutput;

            /**
             * Creates a plain object from an ExistingOutput message. Also converts values to other types if specified.
             * @param message ExistingOutput
             * @param [options] Conversion options
             * @returns Plain object
             */
            static toObject(message: drydock.v1.ExistingOutput, options?: $protobuf.IConversionOptions): { [k: string]: any };

            /**
             * Converts this ExistingOutput to JSON.
             * @returns JSON object
             */
            toJSON(): { [k: string]: any };

            /**
             * Gets the type url for ExistingOutput
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace ExistingOutput {

            /** Properties of an ExistingOutput. */
            interface $Properties {

                /** ExistingOutput sealed */
                sealed?: (boolean|null);

                /** ExistingOutput planDigest */
                planDigest?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an ExistingOutput. */
            type $Shape = drydock.v1.ExistingOutput.$Properties;
        }

        /**
         * Properties of a CheckpointContext.
         * @deprecated Use drydock.v1.CheckpointContext.$Properties instead.
         */
        interface ICheckpointContext extends drydock.v1.CheckpointContext.$Properties {
        }

        /** Represents a CheckpointContext. */
        class CheckpointContext {

            /**
             * Constructs a new CheckpointContext.
             * @param [properties] Properties to set
             */
            constructor(properties?: drydock.v1.CheckpointContext.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** CheckpointContext runId. */
            runId: string;

            /** CheckpointContext revision. */
            revision: number;

            /** CheckpointContext pipelineJson. */
            pipelineJson: string;

            /** CheckpointContext inputs. */
            inputs: drydock.v1.Input.$Properties[];

            /** CheckpointContext loadPlan. */
            loadPlan?: (drydock.v1.PlanRef.$Properties|null);

            /** CheckpointContext buildPlan. */
            buildPlan?: (drydock.v1.PlanRef.$Properties|null);

            /** CheckpointContext training. */
            training?: (drydock.v1.TrainingState.$Properties|null);

            /** CheckpointContext metadata. */
            metadata: { [k: string]: string };

            /** CheckpointContext stages. */
            stages: drydock.v1.StageRecord.$Properties[];

            /** CheckpointContext existingOutput. */
            existingOutput?: (drydock.v1.ExistingOutput.$Properties|null);

            /** CheckpointContext warnings. */
            warnings: string[];

            /**
             * Creates a new CheckpointContext instance using the specified properties.
             * @param [properties] Properties to set
             * @returns CheckpointContext instance
             */
            static create(properties: drydock.v1.CheckpointContext.$Shape): drydock.v1.CheckpointContext & drydock.v1.CheckpointContext.$Shape;
            static create(properties?: drydock.v1.CheckpointContext.$Properties): drydock.v1.CheckpointContext;

            /**
             * Encodes the specified CheckpointContext message. Does not implicitly {@link drydock.v1.CheckpointContext.verify|verify} messages.
             * @param message CheckpointContext message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: drydock.v1.CheckpointContext.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a CheckpointContext message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {drydock.v1.CheckpointContext & drydock.v1.CheckpointContext.$Shape} CheckpointContext
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): drydock.v1.CheckpointContext & drydock.v1.CheckpointContext.$Shape;

            /**
             * Creates a CheckpointContext message from a plain object. Also converts values to their respective internal types.
             * @param object Plain object
             * @returns CheckpointContext
             */
            static fromObject(object: { [k: string]: any }): drydock.v1.CheckpointContext;

            /**
             * Creates a plain object from a CheckpointContext message. Also converts values to other types if specified.
             * @param message CheckpointContext
             * @param [options] Conversion options
             * @returns Plain object
             */
            static toObject(message: drydock.v1.CheckpointContext, options?: $protobuf.IConversionOptions): { [k: string]: any };

            /**
             * Converts this CheckpointContext to JSON.
             * @returns JSON object
             */
            toJSON(): { [k: string]: any };

            /**
             * Gets the type url for CheckpointContext
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace CheckpointContext {

            /** Properties of a CheckpointContext. */
            interface $Properties {

                /** CheckpointContext runId */
                runId?: (string|null);

                /** CheckpointContext revision */
                revision?: (number|null);

                /** CheckpointContext pipelineJson */
                pipelineJson?: (string|null);

                /** CheckpointContext inputs */
                inputs?: (drydock.v1.Input.$Properties[]|null);

                /** CheckpointContext loadPlan */
                loadPlan?: (drydock.v1.PlanRef.$Properties|null);

                /** CheckpointContext buildPlan */
                buildPlan?: (drydock.v1.PlanRef.$Properties|null);

                /** CheckpointContext training */
                training?: (drydock.v1.TrainingState.$Properties|null);

                /** CheckpointContext metadata */
                metadata?: ({ [k: string]: string }|null);

                /** CheckpointContext stages */
                stages?: (drydock.v1.StageRecord.$Properties[]|null);

                /** CheckpointContext existingOutput */
                existingOutput?: (drydock.v1.ExistingOutput.$Properties|null);

                /** CheckpointContext warnings */
                warnings?: (string[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a CheckpointContext. */
            type $Shape = {
              runId?: string|null;
              revision?: number|null;
              pipelineJson?: string|null;
              inputs?: drydock.v1.Input.$Shape[]|null;
              loadPlan?: drydock.v1.PlanRef.$Shape|null;
              buildPlan?: drydock.v1.PlanRef.$Shape|null;
              training?: drydock.v1.TrainingState.$Shape|null;
              metadata?: { [k: string]: string }|null;
              stages?: drydock.v1.StageRecord.$Shape[]|null;
              existingOutput?: drydock.v1.ExistingOutput.$Shape|null;
              warnings?: string[]|null;
              $unknowns?: Uint8Array[];
            };
        }

        /** Encoding enum. */
        enum Encoding {

            /** ENCODING_UNSPECIFIED value */
            ENCODING_UNSPECIFIED = 0,

            /** ENCODING_STORED value */
            ENCODING_STORED = 1,

            /** ENCODING_DEFLATE value */
            ENCODING_DEFLATE = 2
        }

        /**
         * Properties of a Range.
         * @deprecated Use drydock.v1.Range.$Properties instead.
         */
        interface IRange extends drydock.v1.Range.$Properties {
        }

        /** Represents a Range. */
        class Range {

            /**
             * Constructs a new Range.
             * @param [properties] Properties to set
             */
            constructor(properties?: drydock.v1.Range.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Range input. */
            input: string;

            /** Range object. */
            object: string;

            /** Range start. */
            start: number;

            /** Range end. */
            end: number;

            /** Range encoding. */
            encoding: drydock.v1.Encoding;

            /**
             * Creates a new Range instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Range instance
             */
            static create(properties: drydock.v1.Range.$Shape): drydock.v1.Range & drydock.v1.Range.$Shape;
            static create(properties?: drydock.v1.Range.$Properties): drydock.v1.Range;

            /**
             * Encodes the specified Range message. Does not implicitly {@link drydock.v1.Range.verify|verify} messages.
             * @param message Range message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: drydock.v1.Range.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Range message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {drydock.v1.Range & drydock.v1.Range.$Shape} Range
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): drydock.v1.Range & drydock.v1.Range.$Shape;

            /**
             * Creates a Range message from a plain object. Also converts values to their respective internal types.
             * @param object Plain object
             * @returns Range
             */
            static fromObject(object: { [k: string]: any }): drydock.v1.Range;

            /**
             * Creates a plain object from a Range message. Also converts values to other types if specified.
             * @param message Range
             * @param [options] Conversion options
             * @returns Plain object
             */
            static toObject(message: drydock.v1.Range, options?: $protobuf.IConversionOptions): { [k: string]: any };

            /**
             * Converts this Range to JSON.
             * @returns JSON object
             */
            toJSON(): { [k: string]: any };

            /**
             * Gets the type url for Range
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace Range {

            /** Properties of a Range. */
            interface $Properties {

                /** Range input */
                input?: (string|null);

                /** Range object */
                object?: (string|null);

                /** Range start */
                start?: (number|null);

                /** Range end */
                end?: (number|null);

                /** Range encoding */
                encoding?: (drydock.v1.Encoding|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Range. */
            type $Shape = drydock.v1.Range.$Properties;
        }

        /**
         * Properties of an Op.
         * @deprecated Use drydock.v1.Op.$Properties instead.
         */
        interface IOp extends drydock.v1.Op.$Properties {
        }

        /** Represents an Op. */
        class Op {

            /**
             * Constructs a new Op.
             * @param [properties] Properties to set
             */
            constructor(properties?: drydock.v1.Op.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Op read. */
            read?: (drydock.v1.Read.$Properties|null);

            /** Op inflate. */
            inflate?: (drydock.v1.Inflate.$Properties|null);

            /** Op view. */
            view?: (drydock.v1.View.$Properties|null);

            /** Op concat. */
            concat?: (drydock.v1.Concat.$Properties|null);

            /** Op init. */
            init?: (drydock.v1.Init.$Properties|null);

            /** Op kernel. */
            kernel?: (drydock.v1.Kernel.$Properties|null);

            /** Op op. */
            op?: ("read"|"inflate"|"view"|"concat"|"init"|"kernel");

            /**
             * Creates a new Op instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Op instance
             */
            static create(properties: drydock.v1.Op.$Shape): drydock.v1.Op & drydock.v1.Op.$Shape;
            static create(properties?: drydock.v1.Op.$Properties): drydock.v1.Op;

            /**
             * Encodes the specified Op message. Does not implicitly {@link drydock.v1.Op.verify|verify} messages.
             * @param message Op message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: drydock.v1.Op.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an Op message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {drydock.v1.Op & drydock.v1.Op.$Shape} Op
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): drydock.v1.Op & drydock.v1.Op.$Shape;

            /**
             * Creates an Op message from a plain object. Also converts values to their respective internal types.
             * @param object Plain object
             * @returns Op
             */
            static fromObject(object: { [k: string]: any }): drydock.v1.Op;

            /**
             * Creates a plain object from an Op message. Also converts values to other types if specified.
             * @param message Op
             * @param [options] Conversion options
             * @returns Plain object
             */
            static toObject(message: drydock.v1.Op, options?: $protobuf.IConversionOptions): { [k: string]: any };

            /**
             * Converts this Op to JSON.
             * @returns JSON object
             */
            toJSON(): { [k: string]: any };

            /**
             * Gets the type url for Op
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace Op {

            /** Properties of an Op. */
            interface $Properties {

                /** Op read */
                read?: (drydock.v1.Read.$Properties|null);

                /** Op inflate */
                inflate?: (drydock.v1.Inflate.$Properties|null);

                /** Op view */
                view?: (drydock.v1.View.$Properties|null);

                /** Op concat */
                concat?: (drydock.v1.Concat.$Properties|null);

                /** Op init */
                init?: (drydock.v1.Init.$Properties|null);

                /** Op kernel */
                kernel?: (drydock.v1.Kernel.$Properties|null);

                /** Op op */
                op?: ("read"|"inflate"|"view"|"concat"|"init"|"kernel");

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Narrowed shape of an Op. */
            type $Shape = {
              read?: drydock.v1.Read.$Shape|null;
              inflate?: drydock.v1.Inflate.$Shape|null;
              view?: drydock.v1.View.$Shape|null;
              concat?: drydock.v1.Concat.$Shape|null;
              init?: drydock.v1.Init.$Shape|null;
              kernel?: drydock.v1.Kernel.$Shape|null;
              $unknowns?: Uint8Array[];
            } & (
              ({ op?: undefined; read?: null; inflate?: null; view?: null; concat?: null; init?: null; kernel?: null }|{ op?: "read"; read: drydock.v1.Read.$Shape; inflate?: null; view?: null; concat?: null; init?: null; kernel?: null }|{ op?: "inflate"; read?: null; inflate: drydock.v1.Inflate.$Shape; view?: null; concat?: null; init?: null; kernel?: null }|{ op?: "view"; read?: null; inflate?: null; view: drydock.v1.View.$Shape; concat?: null; init?: null; kernel?: null }|{ op?: "concat"; read?: null; inflate?: null; view?: null; concat: drydock.v1.Concat.$Shape; init?: null; kernel?: null }|{ op?: "init"; read?: null; inflate?: null; view?: null; concat?: null; init: drydock.v1.Init.$Shape; kernel?: null }|{ op?: "kernel"; read?: null; inflate?: null; view?: null; concat?: null; init?: null; kernel: drydock.v1.Kernel.$Shape })
            );
        }

        /**
         * Properties of a Read.
         * @deprecated Use drydock.v1.Read.$Properties instead.
         */
        interface IRead extends drydock.v1.Read.$Properties {
        }

        /** Represents a Read. */
        class Read {

            /**
             * Constructs a new Read.
             * @param [properties] Properties to set
             */
            constructor(properties?: drydock.v1.Read.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Read range. */
            range?: (drydock.v1.Range.$Properties|null);

            /** Read crc32. */
            crc32?: (number|null);

            /**
             * Creates a new Read instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Read instance
             */
            static create(properties: drydock.v1.Read.$Shape): drydock.v1.Read & drydock.v1.Read.$Shape;
            static create(properties?: drydock.v1.Read.$Properties): drydock.v1.Read;

            /**
             * Encodes the specified Read message. Does not implicitly {@link drydock.v1.Read.verify|verify} messages.
             * @param message Read message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: drydock.v1.Read.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Read message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {drydock.v1.Read & drydock.v1.Read.$Shape} Read
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): drydock.v1.Read & drydock.v1.Read.$Shape;

            /**
             * Creates a Read message from a plain object. Also converts values to their respective internal types.
             * @param object Plain object
             * @returns Read
             */
            static fromObject(object: { [k: string]: any }): drydock.v1.Read;

            /**
             * Creates a plain object from a Read message. Also converts values to other types if specified.
             * @param message Read
             * @param [options] Conversion options
             * @returns Plain object
             */
            static toObject(message: drydock.v1.Read, options?: $protobuf.IConversionOptions): { [k: string]: any };

            /**
             * Converts this Read to JSON.
             * @returns JSON object
             */
            toJSON(): { [k: string]: any };

            /**
             * Gets the type url for Read
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace Read {

            /** Properties of a Read. */
            interface $Properties {

                /** Read range */
                range?: (drydock.v1.Range.$Properties|null);

                /** Read crc32 */
                crc32?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Read. */
            type $Shape = drydock.v1.Read.$Properties;
        }

        /**
         * Properties of an Inflate.
         * @deprecated Use drydock.v1.Inflate.$Properties instead.
         */
        interface IInflate extends drydock.v1.Inflate.$Properties {
        }

        /** Represents an Inflate. */
        class Inflate {

            /**
             * Constructs a new Inflate.
             * @param [properties] Properties to set
             */
            constructor(properties?: drydock.v1.Inflate.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Inflate arg. */
            arg?: (drydock.v1.Op.$Properties|null);

            /** Inflate size. */
            size: number;

            /**
             * Creates a new Inflate instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Inflate instance
             */
            static create(properties: drydock.v1.Inflate.$Shape): drydock.v1.Inflate & drydock.v1.Inflate.$Shape;
            static create(properties?: drydock.v1.Inflate.$Properties): drydock.v1.Inflate;

            /**
             * Encodes the specified Inflate message. Does not implicitly {@link drydock.v1.Inflate.verify|verify} messages.
             * @param message Inflate message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: drydock.v1.Inflate.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an Inflate message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {drydock.v1.Inflate & drydock.v1.Inflate.$Shape} Inflate
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): drydock.v1.Inflate & drydock.v1.Inflate.$Shape;

            /**
             * Creates an Inflate message from a plain object. Also converts values to their respective internal types.
             * @param object Plain object
             * @returns Inflate
             */
            static fromObject(object: { [k: string]: any }): drydock.v1.Inflate;

            /**
             * Creates a plain object from an Inflate message. Also converts values to other types if specified.
             * @param message Inflate
             * @param [options] Conversion options
             * @returns Plain object
             */
            static toObject(message: drydock.v1.Inflate, options?: $protobuf.IConversionOptions): { [k: string]: any };

            /**
             * Converts this Inflate to JSON.
             * @returns JSON object
             */
            toJSON(): { [k: string]: any };

            /**
             * Gets the type url for Inflate
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace Inflate {

            /** Properties of an Inflate. */
            interface $Properties {

                /** Inflate arg */
                arg?: (drydock.v1.Op.$Properties|null);

                /** Inflate size */
                size?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an Inflate. */
            type $Shape = {
              arg?: drydock.v1.Op.$Shape|null;
              size?: number|null;
              $unknowns?: Uint8Array[];
            };
        }

        /**
         * Properties of a View.
         * @deprecated Use drydock.v1.View.$Properties instead.
         */
        interface IView extends drydock.v1.View.$Properties {
        }

        /** Represents a View. */
        class View {

            /**
             * Constructs a new View.
             * @param [properties] Properties to set
             */
            constructor(properties?: drydock.v1.View.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** View arg. */
            arg?: (drydock.v1.Op.$Properties|null);

            /** View dtype. */
            dtype: string;

            /** View offset. */
            offset: number;

            /** View shape. */
            shape: number[];

            /** View strides. */
            strides: number[];

            /**
             * Creates a new View instance using the specified properties.
             * @param [properties] Properties to set
             * @returns View instance
             */
            static create(properties: drydock.v1.View.$Shape): drydock.v1.View & drydock.v1.View.$Shape;
            static create(properties?: drydock.v1.View.$Properties): drydock.v1.View;

            /**
             * Encodes the specified View message. Does not implicitly {@link drydock.v1.View.verify|verify} messages.
             * @param message View message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: drydock.v1.View.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a View message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {drydock.v1.View & drydock.v1.View.$Shape} View
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): drydock.v1.View & drydock.v1.View.$Shape;

            /**
             * Creates a View message from a plain object. Also converts values to their respective internal types.
             * @param object Plain object
             * @returns View
             */
            static fromObject(object: { [k: string]: any }): drydock.v1.View;

            /**
             * Creates a plain object from a View message. Also converts values to other types if specified.
             * @param message View
             * @param [options] Conversion options
             * @returns Plain object
             */
            static toObject(message: drydock.v1.View, options?: $protobuf.IConversionOptions): { [k: string]: any };

            /**
             * Converts this View to JSON.
             * @returns JSON object
             */
            toJSON(): { [k: string]: any };

            /**
             * Gets the type url for View
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace View {

            /** Properties of a View. */
            interface $Properties {

                /** View arg */
                arg?: (drydock.v1.Op.$Properties|null);

                /** View dtype */
                dtype?: (string|null);

                /** View offset */
                offset?: (number|null);

                /** View shape */
                shape?: (number[]|null);

                /** View strides */
                strides?: (number[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a View. */
            type $Shape = {
              arg?: drydock.v1.Op.$Shape|null;
              dtype?: string|null;
              offset?: number|null;
              shape?: number[]|null;
              strides?: number[]|null;
              $unknowns?: Uint8Array[];
            };
        }

        /**
         * Properties of a Concat.
         * @deprecated Use drydock.v1.Concat.$Properties instead.
         */
        interface IConcat extends drydock.v1.Concat.$Properties {
        }

        /** Represents a Concat. */
        class Concat {

            /**
             * Constructs a new Concat.
             * @param [properties] Properties to set
             */
            constructor(properties?: drydock.v1.Concat.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Concat args. */
            args: drydock.v1.Op.$Properties[];

            /**
             * Creates a new Concat instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Concat instance
             */
            static create(properties: drydock.v1.Concat.$Shape): drydock.v1.Concat & drydock.v1.Concat.$Shape;
            static create(properties?: drydock.v1.Concat.$Properties): drydock.v1.Concat;

            /**
             * Encodes the specified Concat message. Does not implicitly {@link drydock.v1.Concat.verify|verify} messages.
             * @param message Concat message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: drydock.v1.Concat.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Concat message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {drydock.v1.Concat & drydock.v1.Concat.$Shape} Concat
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): drydock.v1.Concat & drydock.v1.Concat.$Shape;

            /**
             * Creates a Concat message from a plain object. Also converts values to their respective internal types.
             * @param object Plain object
             * @returns Concat
             */
            static fromObject(object: { [k: string]: any }): drydock.v1.Concat;

            /**
             * Creates a plain object from a Concat message. Also converts values to other types if specified.
             * @param message Concat
             * @param [options] Conversion options
             * @returns Plain object
             */
            static toObject(message: drydock.v1.Concat, options?: $protobuf.IConversionOptions): { [k: string]: any };

            /**
             * Converts this Concat to JSON.
             * @returns JSON object
             */
            toJSON(): { [k: string]: any };

            /**
             * Gets the type url for Concat
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace Concat {

            /** Properties of a Concat. */
            interface $Properties {

                /** Concat args */
                args?: (drydock.v1.Op.$Properties[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Concat. */
            type $Shape = {
              args?: drydock.v1.Op.$Shape[]|null;
              $unknowns?: Uint8Array[];
            };
        }

        /**
         * Properties of an Init.
         * @deprecated Use drydock.v1.Init.$Properties instead.
         */
        interface IInit extends drydock.v1.Init.$Properties {
        }

        /** Represents an Init. */
        class Init {

            /**
             * Constructs a new Init.
             * @param [properties] Properties to set
             */
            constructor(properties?: drydock.v1.Init.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Init method. */
            method: string;

            /** Init seed. */
            seed: number;

            /** Init dtype. */
            dtype: string;

            /** Init shape. */
            shape: number[];

            /** Init paramsJson. */
            paramsJson: string;

            /**
             * Creates a new Init instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Init instance
             */
            static create(properties: drydock.v1.Init.$Shape): drydock.v1.Init & drydock.v1.Init.$Shape;
            static create(properties?: drydock.v1.Init.$Properties): drydock.v1.Init;

            /**
             * Encodes the specified Init message. Does not implicitly {@link drydock.v1.Init.verify|verify} messages.
             * @param message Init message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: drydock.v1.Init.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an Init message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {drydock.v1.Init & drydock.v1.Init.$Shape} Init
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): drydock.v1.Init & drydock.v1.Init.$Shape;

            /**
             * Creates an Init message from a plain object. Also converts values to their respective internal types.
             * @param object Plain object
             * @returns Init
             */
            static fromObject(object: { [k: string]: any }): drydock.v1.Init;

            /**
             * Creates a plain object from an Init message. Also converts values to other types if specified.
             * @param message Init
             * @param [options] Conversion options
             * @returns Plain object
             */
            static toObject(message: drydock.v1.Init, options?: $protobuf.IConversionOptions): { [k: string]: any };

            /**
             * Converts this Init to JSON.
             * @returns JSON object
             */
            toJSON(): { [k: string]: any };

            /**
             * Gets the type url for Init
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace Init {

            /** Properties of an Init. */
            interface $Properties {

                /** Init method */
                method?: (string|null);

                /** Init seed */
                seed?: (number|null);

                /** Init dtype */
                dtype?: (string|null);

                /** Init shape */
                shape?: (number[]|null);

                /** Init paramsJson */
                paramsJson?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an Init. */
            type $Shape = drydock.v1.Init.$Properties;
        }

        /**
         * Properties of a Kernel.
         * @deprecated Use drydock.v1.Kernel.$Properties instead.
         */
        interface IKernel extends drydock.v1.Kernel.$Properties {
        }

        /** Represents a Kernel. */
        class Kernel {

            /**
             * Constructs a new Kernel.
             * @param [properties] Properties to set
             */
            constructor(properties?: drydock.v1.Kernel.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Kernel name. */
            name: string;

            /** Kernel paramsJson. */
            paramsJson: string;

            /** Kernel args. */
            args: drydock.v1.Op.$Properties[];

            /**
             * Creates a new Kernel instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Kernel instance
             */
            static create(properties: drydock.v1.Kernel.$Shape): drydock.v1.Kernel & drydock.v1.Kernel.$Shape;
            static create(properties?: drydock.v1.Kernel.$Properties): drydock.v1.Kernel;

            /**
             * Encodes the specified Kernel message. Does not implicitly {@link drydock.v1.Kernel.verify|verify} messages.
             * @param message Kernel message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: drydock.v1.Kernel.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Kernel message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {drydock.v1.Kernel & drydock.v1.Kernel.$Shape} Kernel
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): drydock.v1.Kernel & drydock.v1.Kernel.$Shape;

            /**
             * Creates a Kernel message from a plain object. Also converts values to their respective internal types.
             * @param object Plain object
             * @returns Kernel
             */
            static fromObject(object: { [k: string]: any }): drydock.v1.Kernel;

            /**
             * Creates a plain object from a Kernel message. Also converts values to other types if specified.
             * @param message Kernel
             * @param [options] Conversion options
             * @returns Plain object
             */
            static toObject(message: drydock.v1.Kernel, options?: $protobuf.IConversionOptions): { [k: string]: any };

            /**
             * Converts this Kernel to JSON.
             * @returns JSON object
             */
            toJSON(): { [k: string]: any };

            /**
             * Gets the type url for Kernel
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace Kernel {

            /** Properties of a Kernel. */
            interface $Properties {

                /** Kernel name */
                name?: (string|null);

                /** Kernel paramsJson */
                paramsJson?: (string|null);

                /** Kernel args */
                args?: (drydock.v1.Op.$Properties[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Kernel. */
            type $Shape = {
              name?: string|null;
              paramsJson?: string|null;
              args?: drydock.v1.Op.$Shape[]|null;
              $unknowns?: Uint8Array[];
            };
        }

        /**
         * Properties of an Origin.
         * @deprecated Use drydock.v1.Origin.$Properties instead.
         */
        interface IOrigin extends drydock.v1.Origin.$Properties {
        }

        /** Represents an Origin. */
        class Origin {

            /**
             * Constructs a new Origin.
             * @param [properties] Properties to set
             */
            constructor(properties?: drydock.v1.Origin.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Origin kind. */
            kind: string;

            /** Origin input. */
            input: string;

            /** Origin key. */
            key: string;

            /** Origin dtype. */
            dtype: string;

            /**
             * Creates a new Origin instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Origin instance
             */
            static create(properties: drydock.v1.Origin.$Shape): drydock.v1.Origin & drydock.v1.Origin.$Shape;
            static create(properties?: drydock.v1.Origin.$Properties): drydock.v1.Origin;

            /**
             * Encodes the specified Origin message. Does not implicitly {@link drydock.v1.Origin.verify|verify} messages.
             * @param message Origin message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: drydock.v1.Origin.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an Origin message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {drydock.v1.Origin & drydock.v1.Origin.$Shape} Origin
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): drydock.v1.Origin & drydock.v1.Origin.$Shape;

            /**
             * Creates an Origin message from a plain object. Also converts values to their respective internal types.
             * @param object Plain object
             * @returns Origin
             */
            static fromObject(object: { [k: string]: any }): drydock.v1.Origin;

            /**
             * Creates a plain object from an Origin message. Also converts values to other types if specified.
             * @param message Origin
             * @param [options] Conversion options
             * @returns Plain object
             */
            static toObject(message: drydock.v1.Origin, options?: $protobuf.IConversionOptions): { [k: string]: any };

            /**
             * Converts this Origin to JSON.
             * @returns JSON object
             */
            toJSON(): { [k: string]: any };

            /**
             * Gets the type url for Origin
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace Origin {

            /** Properties of an Origin. */
            interface $Properties {

                /** Origin kind */
                kind?: (string|null);

                /** Origin input */
                input?: (string|null);

                /** Origin key */
                key?: (string|null);

                /** Origin dtype */
                dtype?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an Origin. */
            type $Shape = drydock.v1.Origin.$Properties;
        }

        /**
         * Properties of a TensorPlan.
         * @deprecated Use drydock.v1.TensorPlan.$Properties instead.
         */
        interface ITensorPlan extends drydock.v1.TensorPlan.$Properties {
        }

        /** Represents a TensorPlan. */
        class TensorPlan {

            /**
             * Constructs a new TensorPlan.
             * @param [properties] Properties to set
             */
            constructor(properties?: drydock.v1.TensorPlan.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** TensorPlan name. */
            name: string;

            /** TensorPlan dtype. */
            dtype: string;

            /** TensorPlan shape. */
            shape: number[];

            /** TensorPlan op. */
            op?: (drydock.v1.Op.$Properties|null);

            /** TensorPlan origin. */
            origin?: (drydock.v1.Origin.$Properties|null);

            /** TensorPlan kind. */
            kind: string;

            /** TensorPlan modifiers. */
            modifiers: string[];

            /** TensorPlan storage. */
            storage: string;

            /**
             * Creates a new TensorPlan instance using the specified properties.
             * @param [properties] Properties to set
             * @returns TensorPlan instance
             */
            static create(properties: drydock.v1.TensorPlan.$Shape): drydock.v1.TensorPlan & drydock.v1.TensorPlan.$Shape;
            static create(properties?: drydock.v1.TensorPlan.$Properties): drydock.v1.TensorPlan;

            /**
             * Encodes the specified TensorPlan message. Does not implicitly {@link drydock.v1.TensorPlan.verify|verify} messages.
             * @param message TensorPlan message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: drydock.v1.TensorPlan.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a TensorPlan message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {drydock.v1.TensorPlan & drydock.v1.TensorPlan.$Shape} TensorPlan
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): drydock.v1.TensorPlan & drydock.v1.TensorPlan.$Shape;

            /**
             * Creates a TensorPlan message from a plain object. Also converts values to their respective internal types.
             * @param object Plain object
             * @returns TensorPlan
             */
            static fromObject(object: { [k: string]: any }): drydock.v1.TensorPlan;

            /**
             * Creates a plain object from a TensorPlan message. Also converts values to other types if specified.
             * @param message TensorPlan
             * @param [options] Conversion options
             * @returns Plain object
             */
            static toObject(message: drydock.v1.TensorPlan, options?: $protobuf.IConversionOptions): { [k: string]: any };

            /**
             * Converts this TensorPlan to JSON.
             * @returns JSON object
             */
            toJSON(): { [k: string]: any };

            /**
             * Gets the type url for TensorPlan
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace TensorPlan {

            /** Properties of a TensorPlan. */
            interface $Properties {

                /** TensorPlan name */
                name?: (string|null);

                /** TensorPlan dtype */
                dtype?: (string|null);

                /** TensorPlan shape */
                shape?: (number[]|null);

                /** TensorPlan op */
                op?: (drydock.v1.Op.$Properties|null);

                /** TensorPlan origin */
                origin?: (drydock.v1.Origin.$Properties|null);

                /** TensorPlan kind */
                kind?: (string|null);

                /** TensorPlan modifiers */
                modifiers?: (string[]|null);

                /** TensorPlan storage */
                storage?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a TensorPlan. */
            type $Shape = {
              name?: string|null;
              dtype?: string|null;
              shape?: number[]|null;
              op?: drydock.v1.Op.$Shape|null;
              origin?: drydock.v1.Origin.$Shape|null;
              kind?: string|null;
              modifiers?: string[]|null;
              storage?: string|null;
              $unknowns?: Uint8Array[];
            };
        }

        /**
         * Properties of a KeyReason.
         * @deprecated Use drydock.v1.KeyReason.$Properties instead.
         */
        interface IKeyReason extends drydock.v1.KeyReason.$Properties {
        }

        /** Represents a KeyReason. */
        class KeyReason {

            /**
             * Constructs a new KeyReason.
             * @param [properties] Properties to set
             */
            constructor(properties?: drydock.v1.KeyReason.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** KeyReason key. */
            key: string;

            /** KeyReason reason. */
            reason: string;

            /**
             * Creates a new KeyReason instance using the specified properties.
             * @param [properties] Properties to set
             * @returns KeyReason instance
             */
            static create(properties: drydock.v1.KeyReason.$Shape): drydock.v1.KeyReason & drydock.v1.KeyReason.$Shape;
            static create(properties?: drydock.v1.KeyReason.$Properties): drydock.v1.KeyReason;

            /**
             * Encodes the specified KeyReason message. Does not implicitly {@link drydock.v1.KeyReason.verify|verify} messages.
             * @param message KeyReason message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: drydock.v1.KeyReason.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a KeyReason message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {drydock.v1.KeyReason & drydock.v1.KeyReason.$Shape} KeyReason
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): drydock.v1.KeyReason & drydock.v1.KeyReason.$Shape;

            /**
             * Creates a KeyReason message from a plain object. Also converts values to their respective internal types.
             * @param object Plain object
             * @returns KeyReason
             */
            static fromObject(object: { [k: string]: any }): drydock.v1.KeyReason;

            /**
             * Creates a plain object from a KeyReason message. Also converts values to other types if specified.
             * @param message KeyReason
             * @param [options] Conversion options
             * @returns Plain object
             */
            static toObject(message: drydock.v1.KeyReason, options?: $protobuf.IConversionOptions): { [k: string]: any };

            /**
             * Converts this KeyReason to JSON.
             * @returns JSON object
             */
            toJSON(): { [k: string]: any };

            /**
             * Gets the type url for KeyReason
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace KeyReason {

            /** Properties of a KeyReason. */
            interface $Properties {

                /** KeyReason key */
                key?: (string|null);

                /** KeyReason reason */
                reason?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a KeyReason. */
            type $Shape = drydock.v1.KeyReason.$Properties;
        }

        /**
         * Properties of a LoadReport.
         * @deprecated Use drydock.v1.LoadReport.$Properties instead.
         */
        interface ILoadReport extends drydock.v1.LoadReport.$Properties {
        }

        /** Represents a LoadReport. */
        class LoadReport {

            /**
             * Constructs a new LoadReport.
             * @param [properties] Properties to set
             */
            constructor(properties?: drydock.v1.LoadReport.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** LoadReport strategy. */
            strategy: string;

            /** LoadReport transferred. */
            transferred: string[];

            /** LoadReport skipped. */
            skipped: drydock.v1.KeyReason.$Properties[];

            /** LoadReport unfilled. */
            unfilled: drydock.v1.KeyReason.$Properties[];

            /** LoadReport transferredBytes. */
            transferredBytes: number;

            /** LoadReport transferredElements. */
            transferredElements: number;

            /**
             * Creates a new LoadReport instance using the specified properties.
             * @param [properties] Properties to set
             * @returns LoadReport instance
             */
            static create(properties: drydock.v1.LoadReport.$Shape): drydock.v1.LoadReport & drydock.v1.LoadReport.$Shape;
            static create(properties?: drydock.v1.LoadReport.$Properties): drydock.v1.LoadReport;

            /**
             * Encodes the specified LoadReport message. Does not implicitly {@link drydock.v1.LoadReport.verify|verify} messages.
             * @param message LoadReport message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: drydock.v1.LoadReport.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a LoadReport message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {drydock.v1.LoadReport & drydock.v1.LoadReport.$Shape} LoadReport
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): drydock.v1.LoadReport & drydock.v1.LoadReport.$Shape;

            /**
             * Creates a LoadReport message from a plain object. Also converts values to their respective internal types.
             * @param object Plain object
             * @returns LoadReport
             */
            static fromObject(object: { [k: string]: any }): drydock.v1.LoadReport;

            /**
             * Creates a plain object from a LoadReport message. Also converts values to other types if specified.
             * @param message LoadReport
             * @param [options] Conversion options
             * @returns Plain object
             */
            static toObject(message: drydock.v1.LoadReport, options?: $protobuf.IConversionOptions): { [k: string]: any };

            /**
             * Converts this LoadReport to JSON.
             * @returns JSON object
             */
            toJSON(): { [k: string]: any };

            /**
             * Gets the type url for LoadReport
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace LoadReport {

            /** Properties of a LoadReport. */
            interface $Properties {

                /** LoadReport strategy */
                strategy?: (string|null);

                /** LoadReport transferred */
                transferred?: (string[]|null);

                /** LoadReport skipped */
                skipped?: (drydock.v1.KeyReason.$Properties[]|null);

                /** LoadReport unfilled */
                unfilled?: (drydock.v1.KeyReason.$Properties[]|null);

                /** LoadReport transferredBytes */
                transferredBytes?: (number|null);

                /** LoadReport transferredElements */
                transferredElements?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a LoadReport. */
            type $Shape = drydock.v1.LoadReport.$Properties;
        }

        /**
         * Properties of a LoadPlan.
         * @deprecated Use drydock.v1.LoadPlan.$Properties instead.
         */
        interface ILoadPlan extends drydock.v1.LoadPlan.$Properties {
        }

        /** Represents a LoadPlan. */
        class LoadPlan {

            /**
             * Constructs a new LoadPlan.
             * @param [properties] Properties to set
             */
            constructor(properties?: drydock.v1.LoadPlan.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** LoadPlan version. */
            version: number;

            /** LoadPlan tensors. */
            tensors: drydock.v1.TensorPlan.$Properties[];

            /** LoadPlan report. */
            report?: (drydock.v1.LoadReport.$Properties|null);

            /** LoadPlan training. */
            training?: (drydock.v1.TrainingState.$Properties|null);

            /** LoadPlan pins. */
            pins: drydock.v1.Pin.$Properties[];

            /**
             * Creates a new LoadPlan instance using the specified properties.
             * @param [properties] Properties to set
             * @returns LoadPlan instance
             */
            static create(properties: drydock.v1.LoadPlan.$Shape): drydock.v1.LoadPlan & drydock.v1.LoadPlan.$Shape;
            static create(properties?: drydock.v1.LoadPlan.$Properties): drydock.v1.LoadPlan;

            /**
             * Encodes the specified LoadPlan message. Does not implicitly {@link drydock.v1.LoadPlan.verify|verify} messages.
             * @param message LoadPlan message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: drydock.v1.LoadPlan.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a LoadPlan message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {drydock.v1.LoadPlan & drydock.v1.LoadPlan.$Shape} LoadPlan
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): drydock.v1.LoadPlan & drydock.v1.LoadPlan.$Shape;

            /**
             * Creates a LoadPlan message from a plain object. Also converts values to their respective internal types.
             * @param object Plain object
             * @returns LoadPlan
             */
            static fromObject(object: { [k: string]: any }): drydock.v1.LoadPlan;

            /**
             * Creates a plain object from a LoadPlan message. Also converts values to other types if specified.
             * @param message LoadPlan
             * @param [options] Conversion options
             * @returns Plain object
             */
            static toObject(message: drydock.v1.LoadPlan, options?: $protobuf.IConversionOptions): { [k: string]: any };

            /**
             * Converts this LoadPlan to JSON.
             * @returns JSON object
             */
            toJSON(): { [k: string]: any };

            /**
             * Gets the type url for LoadPlan
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace LoadPlan {

            /** Properties of a LoadPlan. */
            interface $Properties {

                /** LoadPlan version */
                version?: (number|null);

                /** LoadPlan tensors */
                tensors?: (drydock.v1.TensorPlan.$Properties[]|null);

                /** LoadPlan report */
                report?: (drydock.v1.LoadReport.$Properties|null);

                /** LoadPlan training */
                training?: (drydock.v1.TrainingState.$Properties|null);

                /** LoadPlan pins */
                pins?: (drydock.v1.Pin.$Properties[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a LoadPlan. */
            type $Shape = {
              version?: number|null;
              tensors?: drydock.v1.TensorPlan.$Shape[]|null;
              report?: drydock.v1.LoadReport.$Shape|null;
              training?: drydock.v1.TrainingState.$Shape|null;
              pins?: drydock.v1.Pin.$Shape[]|null;
              $unknowns?: Uint8Array[];
            };
        }

        /**
         * Properties of a KernelProfile.
         * @deprecated Use drydock.v1.KernelProfile.$Properties instead.
         */
        interface IKernelProfile extends drydock.v1.KernelProfile.$Properties {
        }

        /** Represents a KernelProfile. */
        class KernelProfile {

            /**
             * Constructs a new KernelProfile.
             * @param [properties] Properties to set
             */
            constructor(properties?: drydock.v1.KernelProfile.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** KernelProfile backend. */
            backend: string;

            /** KernelProfile version. */
            version: number;

            /**
             * Creates a new KernelProfile instance using the specified properties.
             * @param [properties] Properties to set
             * @returns KernelProfile instance
             */
            static create(properties: drydock.v1.KernelProfile.$Shape): drydock.v1.KernelProfile & drydock.v1.KernelProfile.$Shape;
            static create(properties?: drydock.v1.KernelProfile.$Properties): drydock.v1.KernelProfile;

            /**
             * Encodes the specified KernelProfile message. Does not implicitly {@link drydock.v1.KernelProfile.verify|verify} messages.
             * @param message KernelProfile message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: drydock.v1.KernelProfile.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a KernelProfile message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {drydock.v1.KernelProfile & drydock.v1.KernelProfile.$Shape} KernelProfile
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): drydock.v1.KernelProfile & drydock.v1.KernelProfile.$Shape;

            /**
             * Creates a KernelProfile message from a plain object. Also converts values to their respective internal types.
             * @param object Plain object
             * @returns KernelProfile
             */
            static fromObject(object: { [k: string]: any }): drydock.v1.KernelProfile;

            /**
             * Creates a plain object from a KernelProfile message. Also converts values to other types if specified.
             * @param message KernelProfile
             * @param [options] Conversion options
             * @returns Plain object
             */
            static toObject(message: drydock.v1.KernelProfile, options?: $protobuf.IConversionOptions): { [k: string]: any };

            /**
             * Converts this KernelProfile to JSON.
             * @returns JSON object
             */
            toJSON(): { [k: string]: any };

            /**
             * Gets the type url for KernelProfile
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace KernelProfile {

            /** Properties of a KernelProfile. */
            interface $Properties {

                /** KernelProfile backend */
                backend?: (string|null);

                /** KernelProfile version */
                version?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a KernelProfile. */
            type $Shape = drydock.v1.KernelProfile.$Properties;
        }

        /**
         * Properties of a Fill.
         * @deprecated Use drydock.v1.Fill.$Properties instead.
         */
        interface IFill extends drydock.v1.Fill.$Properties {
        }

        /** Represents a Fill. */
        class Fill {

            /**
             * Constructs a new Fill.
             * @param [properties] Properties to set
             */
            constructor(properties?: drydock.v1.Fill.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Fill at. */
            at: number;

            /** Fill shard. */
            shard: number;

            /** Fill segment. */
            segment: number;

            /**
             * Creates a new Fill instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Fill instance
             */
            static create(properties: drydock.v1.Fill.$Shape): drydock.v1.Fill & drydock.v1.Fill.$Shape;
            static create(properties?: drydock.v1.Fill.$Properties): drydock.v1.Fill;

            /**
             * Encodes the specified Fill message. Does not implicitly {@link drydock.v1.Fill.verify|verify} messages.
             * @param message Fill message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: drydock.v1.Fill.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Fill message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {drydock.v1.Fill & drydock.v1.Fill.$Shape} Fill
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): drydock.v1.Fill & drydock.v1.Fill.$Shape;

            /**
             * Creates a Fill message from a plain object. Also converts values to their respective internal types.
             * @param object Plain object
             * @returns Fill
             */
            static fromObject(object: { [k: string]: any }): drydock.v1.Fill;

            /**
             * Creates a plain object from a Fill message. Also converts values to other types if specified.
             * @param message Fill
             * @param [options] Conversion options
             * @returns Plain object
             */
            static toObject(message: drydock.v1.Fill, options?: $protobuf.IConversionOptions): { [k: string]: any };

            /**
             * Converts this Fill to JSON.
             * @returns JSON object
             */
            toJSON(): { [k: string]: any };

            /**
             * Gets the type url for Fill
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace Fill {

            /** Properties of a Fill. */
            interface $Properties {

                /** Fill at */
                at?: (number|null);

                /** Fill shard */
                shard?: (number|null);

                /** Fill segment */
                segment?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Fill. */
            type $Shape = drydock.v1.Fill.$Properties;
        }

        /**
         * Properties of a Literal.
         * @deprecated Use drydock.v1.Literal.$Properties instead.
         */
        interface ILiteral extends drydock.v1.Literal.$Properties {
        }

        /** Represents a Literal. */
        class Literal {

            /**
             * Constructs a new Literal.
             * @param [properties] Properties to set
             */
            constructor(properties?: drydock.v1.Literal.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Literal bytes. */
            bytes: Uint8Array;

            /** Literal fills. */
            fills: drydock.v1.Fill.$Properties[];

            /**
             * Creates a new Literal instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Literal instance
             */
            static create(properties: drydock.v1.Literal.$Shape): drydock.v1.Literal & drydock.v1.Literal.$Shape;
            static create(properties?: drydock.v1.Literal.$Properties): drydock.v1.Literal;

            /**
             * Encodes the specified Literal message. Does not implicitly {@link drydock.v1.Literal.verify|verify} messages.
             * @param message Literal message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: drydock.v1.Literal.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Literal message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {drydock.v1.Literal & drydock.v1.Literal.$Shape} Literal
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): drydock.v1.Literal & drydock.v1.Literal.$Shape;

            /**
             * Creates a Literal message from a plain object. Also converts values to their respective internal types.
             * @param object Plain object
             * @returns Literal
             */
            static fromObject(object: { [k: string]: any }): drydock.v1.Literal;

            /**
             * Creates a plain object from a Literal message. Also converts values to other types if specified.
             * @param message Literal
             * @param [options] Conversion options
             * @returns Plain object
             */
            static toObject(message: drydock.v1.Literal, options?: $protobuf.IConversionOptions): { [k: string]: any };

            /**
             * Converts this Literal to JSON.
             * @returns JSON object
             */
            toJSON(): { [k: string]: any };

            /**
             * Gets the type url for Literal
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace Literal {

            /** Properties of a Literal. */
            interface $Properties {

                /** Literal bytes */
                bytes?: (Uint8Array|null);

                /** Literal fills */
                fills?: (drydock.v1.Fill.$Properties[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Literal. */
            type $Shape = drydock.v1.Literal.$Properties;
        }

        /**
         * Properties of a TensorSegment.
         * @deprecated Use drydock.v1.TensorSegment.$Properties instead.
         */
        interface ITensorSegment extends drydock.v1.TensorSegment.$Properties {
        }

        /** Represents a TensorSegment. */
        class TensorSegment {

            /**
             * Constructs a new TensorSegment.
             * @param [properties] Properties to set
             */
            constructor(properties?: drydock.v1.TensorSegment.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** TensorSegment tensor. */
            tensor?: (drydock.v1.TensorPlan.$Properties|null);

            /** TensorSegment aliases. */
            aliases: string[];

            /** TensorSegment nbytes. */
            nbytes: number;

            /**
             * Creates a new TensorSegment instance using the specified properties.
             * @param [properties] Properties to set
             * @returns TensorSegment instance
             */
            static create(properties: drydock.v1.TensorSegment.$Shape): drydock.v1.TensorSegment & drydock.v1.TensorSegment.$Shape;
            static create(properties?: drydock.v1.TensorSegment.$Properties): drydock.v1.TensorSegment;

            /**
             * Encodes the specified TensorSegment message. Does not implicitly {@link drydock.v1.TensorSegment.verify|verify} messages.
             * @param message TensorSegment message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: drydock.v1.TensorSegment.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a TensorSegment message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {drydock.v1.TensorSegment & drydock.v1.TensorSegment.$Shape} TensorSegment
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): drydock.v1.TensorSegment & drydock.v1.TensorSegment.$Shape;

            /**
             * Creates a TensorSegment message from a plain object. Also converts values to their respective internal types.
             * @param object Plain object
             * @returns TensorSegment
             */
            static fromObject(object: { [k: string]: any }): drydock.v1.TensorSegment;

            /**
             * Creates a plain object from a TensorSegment message. Also converts values to other types if specified.
             * @param message TensorSegment
             * @param [options] Conversion options
             * @returns Plain object
             */
            static toObject(message: drydock.v1.TensorSegment, options?: $protobuf.IConversionOptions): { [k: string]: any };

            /**
             * Converts this TensorSegment to JSON.
             * @returns JSON object
             */
            toJSON(): { [k: string]: any };

            /**
             * Gets the type url for TensorSegment
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace TensorSegment {

            /** Properties of a TensorSegment. */
            interface $Properties {

                /** TensorSegment tensor */
                tensor?: (drydock.v1.TensorPlan.$Properties|null);

                /** TensorSegment aliases */
                aliases?: (string[]|null);

                /** TensorSegment nbytes */
                nbytes?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a TensorSegment. */
            type $Shape = {
              tensor?: drydock.v1.TensorPlan.$Shape|null;
              aliases?: string[]|null;
              nbytes?: number|null;
              $unknowns?: Uint8Array[];
            };
        }

        /**
         * Properties of a Segment.
         * @deprecated Use drydock.v1.Segment.$Properties instead.
         */
        interface ISegment extends drydock.v1.Segment.$Properties {
        }

        /** Represents a Segment. */
        class Segment {

            /**
             * Constructs a new Segment.
             * @param [properties] Properties to set
             */
            constructor(properties?: drydock.v1.Segment.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Segment literal. */
            literal?: (drydock.v1.Literal.$Properties|null);

            /** Segment tensor. */
            tensor?: (drydock.v1.TensorSegment.$Properties|null);

            /** Segment segment. */
            segment?: ("literal"|"tensor");

            /**
             * Creates a new Segment instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Segment instance
             */
            static create(properties: drydock.v1.Segment.$Shape): drydock.v1.Segment & drydock.v1.Segment.$Shape;
            static create(properties?: drydock.v1.Segment.$Properties): drydock.v1.Segment;

            /**
             * Encodes the specified Segment message. Does not implicitly {@link drydock.v1.Segment.verify|verify} messages.
             * @param message Segment message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: drydock.v1.Segment.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Segment message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {drydock.v1.Segment & drydock.v1.Segment.$Shape} Segment
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): drydock.v1.Segment & drydock.v1.Segment.$Shape;

            /**
             * Creates a Segment message from a plain object. Also converts values to their respective internal types.
             * @param object Plain object
             * @returns Segment
             */
            static fromObject(object: { [k: string]: any }): drydock.v1.Segment;

            /**
             * Creates a plain object from a Segment message. Also converts values to other types if specified.
             * @param message Segment
             * @param [options] Conversion options
             * @returns Plain object
             */
            static toObject(message: drydock.v1.Segment, options?: $protobuf.IConversionOptions): { [k: string]: any };

            /**
             * Converts this Segment to JSON.
             * @returns JSON object
             */
            toJSON(): { [k: string]: any };

            /**
             * Gets the type url for Segment
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace Segment {

            /** Properties of a Segment. */
            interface $Properties {

                /** Segment literal */
                literal?: (drydock.v1.Literal.$Properties|null);

                /** Segment tensor */
                tensor?: (drydock.v1.TensorSegment.$Properties|null);

                /** Segment segment */
                segment?: ("literal"|"tensor");

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Narrowed shape of a Segment. */
            type $Shape = {
              literal?: drydock.v1.Literal.$Shape|null;
              tensor?: drydock.v1.TensorSegment.$Shape|null;
              $unknowns?: Uint8Array[];
            } & (
              ({ segment?: undefined; literal?: null; tensor?: null }|{ segment?: "literal"; literal: drydock.v1.Literal.$Shape; tensor?: null }|{ segment?: "tensor"; literal?: null; tensor: drydock.v1.TensorSegment.$Shape })
            );
        }

        /**
         * Properties of a Shard.
         * @deprecated Use drydock.v1.Shard.$Properties instead.
         */
        interface IShard extends drydock.v1.Shard.$Properties {
        }

        /** Represents a Shard. */
        class Shard {

            /**
             * Constructs a new Shard.
             * @param [properties] Properties to set
             */
            constructor(properties?: drydock.v1.Shard.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Shard index. */
            index: number;

            /** Shard file. */
            file: string;

            /** Shard start. */
            start: number;

            /** Shard end. */
            end: number;

            /** Shard segments. */
            segments: drydock.v1.Segment.$Properties[];

            /** Shard pins. */
            pins: drydock.v1.Pin.$Properties[];

            /** Shard kernels. */
            kernels?: (drydock.v1.KernelProfile.$Properties|null);

            /**
             * Creates a new Shard instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Shard instance
             */
            static create(properties: drydock.v1.Shard.$Shape): drydock.v1.Shard & drydock.v1.Shard.$Shape;
            static create(properties?: drydock.v1.Shard.$Properties): drydock.v1.Shard;

            /**
             * Encodes the specified Shard message. Does not implicitly {@link drydock.v1.Shard.verify|verify} messages.
             * @param message Shard message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: drydock.v1.Shard.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Shard message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {drydock.v1.Shard & drydock.v1.Shard.$Shape} Shard
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): drydock.v1.Shard & drydock.v1.Shard.$Shape;

            /**
             * Creates a Shard message from a plain object. Also converts values to their respective internal types.
             * @param object Plain object
             * @returns Shard
             */
            static fromObject(object: { [k: string]: any }): drydock.v1.Shard;

            /**
             * Creates a plain object from a Shard message. Also converts values to other types if specified.
             * @param message Shard
             * @param [options] Conversion options
             * @returns Plain object
             */
            static toObject(message: drydock.v1.Shard, options?: $protobuf.IConversionOptions): { [k: string]: any };

            /**
             * Converts this Shard to JSON.
             * @returns JSON object
             */
            toJSON(): { [k: string]: any };

            /**
             * Gets the type url for Shard
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace Shard {

            /** Properties of a Shard. */
            interface $Properties {

                /** Shard index */
                index?: (number|null);

                /** Shard file */
                file?: (string|null);

                /** Shard start */
                start?: (number|null);

                /** Shard end */
                end?: (number|null);

                /** Shard segments */
                segments?: (drydock.v1.Segment.$Properties[]|null);

                /** Shard pins */
                pins?: (drydock.v1.Pin.$Properties[]|null);

                /** Shard kernels */
                kernels?: (drydock.v1.KernelProfile.$Properties|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Shard. */
            type $Shape = {
              index?: number|null;
              file?: string|null;
              start?: number|null;
              end?: number|null;
              segments?: drydock.v1.Segment.$Shape[]|null;
              pins?: drydock.v1.Pin.$Shape[]|null;
              kernels?: drydock.v1.KernelProfile.$Shape|null;
              $unknowns?: Uint8Array[];
            };
        }

        /**
         * Properties of a ShardRef.
         * @deprecated Use drydock.v1.ShardRef.$Properties instead.
         */
        interface IShardRef extends drydock.v1.ShardRef.$Properties {
        }

        /** Represents a ShardRef. */
        class ShardRef {

            /**
             * Constructs a new ShardRef.
             * @param [properties] Properties to set
             */
            constructor(properties?: drydock.v1.ShardRef.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ShardRef digest. */
            digest: string;

            /** ShardRef file. */
            file: string;

            /** ShardRef start. */
            start: number;

            /** ShardRef end. */
            end: number;

            /** ShardRef inputBytes. */
            inputBytes: number;

            /**
             * Creates a new ShardRef instance using the specified properties.
             * @param [properties] Properties to set
             * @returns ShardRef instance
             */
            static create(properties: drydock.v1.ShardRef.$Shape): drydock.v1.ShardRef & drydock.v1.ShardRef.$Shape;
            static create(properties?: drydock.v1.ShardRef.$Properties): drydock.v1.ShardRef;

            /**
             * Encodes the specified ShardRef message. Does not implicitly {@link drydock.v1.ShardRef.verify|verify} messages.
             * @param message ShardRef message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: drydock.v1.ShardRef.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ShardRef message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {drydock.v1.ShardRef & drydock.v1.ShardRef.$Shape} ShardRef
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): drydock.v1.ShardRef & drydock.v1.ShardRef.$Shape;

            /**
             * Creates a ShardRef message from a plain object. Also converts values to their respective internal types.
             * @param object Plain object
             * @returns ShardRef
             */
            static fromObject(object: { [k: string]: any }): drydock.v1.ShardRef;

            /**
             * Creates a plain object from a ShardRef message. Also converts values to other types if specified.
             * @param message ShardRef
             * @param [options] Conversion options
             * @returns Plain object
             */
            static toObject(message: drydock.v1.ShardRef, options?: $protobuf.IConversionOptions): { [k: string]: any };

            /**
             * Converts this ShardRef to JSON.
             * @returns JSON object
             */
            toJSON(): { [k: string]: any };

            /**
             * Gets the type url for ShardRef
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace ShardRef {

            /** Properties of a ShardRef. */
            interface $Properties {

                /** ShardRef digest */
                digest?: (string|null);

                /** ShardRef file */
                file?: (string|null);

                /** ShardRef start */
                start?: (number|null);

                /** ShardRef end */
                end?: (number|null);

                /** ShardRef inputBytes */
                inputBytes?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ShardRef. */
            type $Shape = drydock.v1.ShardRef.$Properties;
        }

        /**
         * Properties of an OutputFile.
         * @deprecated Use drydock.v1.OutputFile.$Properties instead.
         */
        interface IOutputFile extends drydock.v1.OutputFile.$Properties {
        }

        /** Represents an OutputFile. */
        class OutputFile {

            /**
             * Constructs a new OutputFile.
             * @param [properties] Properties to set
             */
            constructor(properties?: drydock.v1.OutputFile.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** OutputFile path. */
            path: string;

            /** OutputFile size. */
            size: number;

            /**
             * Creates a new OutputFile instance using the specified properties.
             * @param [properties] Properties to set
             * @returns OutputFile instance
             */
            static create(properties: drydock.v1.OutputFile.$Shape): drydock.v1.OutputFile & drydock.v1.OutputFile.$Shape;
            static create(properties?: drydock.v1.OutputFile.$Properties): drydock.v1.OutputFile;

            /**
             * Encodes the specified OutputFile message. Does not implicitly {@link drydock.v1.OutputFile.verify|verify} messages.
             * @param message OutputFile message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: drydock.v1.OutputFile.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an OutputFile message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {drydock.v1.OutputFile & drydock.v1.OutputFile.$Shape} OutputFile
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): drydock.v1.OutputFile & drydock.v1.OutputFile.$Shape;

            /**
             * Creates an OutputFile message from a plain object. Also converts values to their respective internal types.
             * @param object Plain object
             * @returns OutputFile
             */
            static fromObject(object: { [k: string]: any }): drydock.v1.OutputFile;

            /**
             * Creates a plain object from an OutputFile message. Also converts values to other types if specified.
             * @param message OutputFile
             * @param [options] Conversion options
             * @returns Plain object
             */
            static toObject(message: drydock.v1.OutputFile, options?: $protobuf.IConversionOptions): { [k: string]: any };

            /**
             * Converts this OutputFile to JSON.
             * @returns JSON object
             */
            toJSON(): { [k: string]: any };

            /**
             * Gets the type url for OutputFile
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace OutputFile {

            /** Properties of an OutputFile. */
            interface $Properties {

                /** OutputFile path */
                path?: (string|null);

                /** OutputFile size */
                size?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an OutputFile. */
            type $Shape = drydock.v1.OutputFile.$Properties;
        }

        /**
         * Properties of a Sidecar.
         * @deprecated Use drydock.v1.Sidecar.$Properties instead.
         */
        interface ISidecar extends drydock.v1.Sidecar.$Properties {
        }

        /** Represents a Sidecar. */
        class Sidecar {

            /**
             * Constructs a new Sidecar.
             * @param [properties] Properties to set
             */
            constructor(properties?: drydock.v1.Sidecar.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Sidecar path. */
            path: string;

            /** Sidecar bytes. */
            bytes: Uint8Array;

            /**
             * Creates a new Sidecar instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Sidecar instance
             */
            static create(properties: drydock.v1.Sidecar.$Shape): drydock.v1.Sidecar & drydock.v1.Sidecar.$Shape;
            static create(properties?: drydock.v1.Sidecar.$Properties): drydock.v1.Sidecar;

            /**
             * Encodes the specified Sidecar message. Does not implicitly {@link drydock.v1.Sidecar.verify|verify} messages.
             * @param message Sidecar message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: drydock.v1.Sidecar.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Sidecar message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {drydock.v1.Sidecar & drydock.v1.Sidecar.$Shape} Sidecar
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): drydock.v1.Sidecar & drydock.v1.Sidecar.$Shape;

            /**
             * Creates a Sidecar message from a plain object. Also converts values to their respective internal types.
             * @param object Plain object
             * @returns Sidecar
             */
            static fromObject(object: { [k: string]: any }): drydock.v1.Sidecar;

            /**
             * Creates a plain object from a Sidecar message. Also converts values to other types if specified.
             * @param message Sidecar
             * @param [options] Conversion options
             * @returns Plain object
             */
            static toObject(message: drydock.v1.Sidecar, options?: $protobuf.IConversionOptions): { [k: string]: any };

            /**
             * Converts this Sidecar to JSON.
             * @returns JSON object
             */
            toJSON(): { [k: string]: any };

            /**
             * Gets the type url for Sidecar
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace Sidecar {

            /** Properties of a Sidecar. */
            interface $Properties {

                /** Sidecar path */
                path?: (string|null);

                /** Sidecar bytes */
                bytes?: (Uint8Array|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Sidecar. */
            type $Shape = drydock.v1.Sidecar.$Properties;
        }

        /**
         * Properties of a BuildPlan.
         * @deprecated Use drydock.v1.BuildPlan.$Properties instead.
         */
        interface IBuildPlan extends drydock.v1.BuildPlan.$Properties {
        }

        /** Represents a BuildPlan. */
        class BuildPlan {

            /**
             * Constructs a new BuildPlan.
             * @param [properties] Properties to set
             */
            constructor(properties?: drydock.v1.BuildPlan.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** BuildPlan version. */
            version: number;

            /** BuildPlan format. */
            format: string;

            /** BuildPlan files. */
            files: drydock.v1.OutputFile.$Properties[];

            /** BuildPlan shards. */
            shards: drydock.v1.ShardRef.$Properties[];

            /** BuildPlan tailCount. */
            tailCount: number;

            /** BuildPlan kernels. */
            kernels?: (drydock.v1.KernelProfile.$Properties|null);

            /** BuildPlan sidecars. */
            sidecars: drydock.v1.Sidecar.$Properties[];

            /** BuildPlan manifestJson. */
            manifestJson: string;

            /** BuildPlan pins. */
            pins: drydock.v1.Pin.$Properties[];

            /** BuildPlan inputBytes. */
            inputBytes: number;

            /** BuildPlan outputBytes. */
            outputBytes: number;

            /**
             * Creates a new BuildPlan instance using the specified properties.
             * @param [properties] Properties to set
             * @returns BuildPlan instance
             */
            static create(properties: drydock.v1.BuildPlan.$Shape): drydock.v1.BuildPlan & drydock.v1.BuildPlan.$Shape;
            static create(properties?: drydock.v1.BuildPlan.$Properties): drydock.v1.BuildPlan;

            /**
             * Encodes the specified BuildPlan message. Does not implicitly {@link drydock.v1.BuildPlan.verify|verify} messages.
             * @param message BuildPlan message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: drydock.v1.BuildPlan.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a BuildPlan message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {drydock.v1.BuildPlan & drydock.v1.BuildPlan.$Shape} BuildPlan
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): drydock.v1.BuildPlan & drydock.v1.BuildPlan.$Shape;

            /**
             * Creates a BuildPlan message from a plain object. Also converts values to their respective internal types.
             * @param object Plain object
             * @returns BuildPlan
             */
            static fromObject(object: { [k: string]: any }): drydock.v1.BuildPlan;

            /**
             * Creates a plain object from a BuildPlan message. Also converts values to other types if specified.
             * @param message BuildPlan
             * @param [options] Conversion options
             * @returns Plain object
             */
            static toObject(message: drydock.v1.BuildPlan, options?: $protobuf.IConversionOptions): { [k: string]: any };

            /**
             * Converts this BuildPlan to JSON.
             * @returns JSON object
             */
            toJSON(): { [k: string]: any };

            /**
             * Gets the type url for BuildPlan
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace BuildPlan {

            /** Properties of a BuildPlan. */
            interface $Properties {

                /** BuildPlan version */
                version?: (number|null);

                /** BuildPlan format */
                format?: (string|null);

                /** BuildPlan files */
                files?: (drydock.v1.OutputFile.$Properties[]|null);

                /** BuildPlan shards */
                shards?: (drydock.v1.ShardRef.$Properties[]|null);

                /** BuildPlan tailCount */
                tailCount?: (number|null);

                /** BuildPlan kernels */
                kernels?: (drydock.v1.KernelProfile.$Properties|null);

                /** BuildPlan sidecars */
                sidecars?: (drydock.v1.Sidecar.$Properties[]|null);

                /** BuildPlan manifestJson */
                manifestJson?: (string|null);

                /** BuildPlan pins */
                pins?: (drydock.v1.Pin.$Properties[]|null);

                /** BuildPlan inputBytes */
                inputBytes?: (number|null);

                /** BuildPlan outputBytes */
                outputBytes?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a BuildPlan. */
            type $Shape = {
              version?: number|null;
              format?: string|null;
              files?: drydock.v1.OutputFile.$Shape[]|null;
              shards?: drydock.v1.ShardRef.$Shape[]|null;
              tailCount?: number|null;
              kernels?: drydock.v1.KernelProfile.$Shape|null;
              sidecars?: drydock.v1.Sidecar.$Shape[]|null;
              manifestJson?: string|null;
              pins?: drydock.v1.Pin.$Shape[]|null;
              inputBytes?: number|null;
              outputBytes?: number|null;
              $unknowns?: Uint8Array[];
            };
        }

        /**
         * Properties of a SegmentReport.
         * @deprecated Use drydock.v1.SegmentReport.$Properties instead.
         */
        interface ISegmentReport extends drydock.v1.SegmentReport.$Properties {
        }

        /** Represents a SegmentReport. */
        class SegmentReport {

            /**
             * Constructs a new SegmentReport.
             * @param [properties] Properties to set
             */
            constructor(properties?: drydock.v1.SegmentReport.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** SegmentReport segment. */
            segment: number;

            /** SegmentReport name. */
            name: string;

            /** SegmentReport sha256. */
            sha256: string;

            /** SegmentReport crc32. */
            crc32: number;

            /** SegmentReport nbytes. */
            nbytes: number;

            /** SegmentReport overflowed. */
            overflowed: number;

            /** SegmentReport underflowed. */
            underflowed: number;

            /**
             * Creates a new SegmentReport instance using the specified properties.
             * @param [properties] Properties to set
             * @returns SegmentReport instance
             */
            static create(properties: drydock.v1.SegmentReport.$Shape): drydock.v1.SegmentReport & drydock.v1.SegmentReport.$Shape;
            static create(properties?: drydock.v1.SegmentReport.$Properties): drydock.v1.SegmentReport;

            /**
             * Encodes the specified SegmentReport message. Does not implicitly {@link drydock.v1.SegmentReport.verify|verify} messages.
             * @param message SegmentReport message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: drydock.v1.SegmentReport.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a SegmentReport message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {drydock.v1.SegmentReport & drydock.v1.SegmentReport.$Shape} SegmentReport
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): drydock.v1.SegmentReport & drydock.v1.SegmentReport.$Shape;

            /**
             * Creates a SegmentReport message from a plain object. Also converts values to their respective internal types.
             * @param object Plain object
             * @returns SegmentReport
             */
            static fromObject(object: { [k: string]: any }): drydock.v1.SegmentReport;

            /**
             * Creates a plain object from a SegmentReport message. Also converts values to other types if specified.
             * @param message SegmentReport
             * @param [options] Conversion options
             * @returns Plain object
             */
            static toObject(message: drydock.v1.SegmentReport, options?: $protobuf.IConversionOptions): { [k: string]: any };

            /**
             * Converts this SegmentReport to JSON.
             * @returns JSON object
             */
            toJSON(): { [k: string]: any };

            /**
             * Gets the type url for SegmentReport
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace SegmentReport {

            /** Properties of a SegmentReport. */
            interface $Properties {

                /** SegmentReport segment */
                segment?: (number|null);

                /** SegmentReport name */
                name?: (string|null);

                /** SegmentReport sha256 */
                sha256?: (string|null);

                /** SegmentReport crc32 */
                crc32?: (number|null);

                /** SegmentReport nbytes */
                nbytes?: (number|null);

                /** SegmentReport overflowed */
                overflowed?: (number|null);

                /** SegmentReport underflowed */
                underflowed?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a SegmentReport. */
            type $Shape = drydock.v1.SegmentReport.$Properties;
        }

        /**
         * Properties of a ShardReport.
         * @deprecated Use drydock.v1.ShardReport.$Properties instead.
         */
        interface IShardReport extends drydock.v1.ShardReport.$Properties {
        }

        /** Represents a ShardReport. */
        class ShardReport {

            /**
             * Constructs a new ShardReport.
             * @param [properties] Properties to set
             */
            constructor(properties?: drydock.v1.ShardReport.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ShardReport planDigest. */
            planDigest: string;

            /** ShardReport shard. */
            shard: number;

            /** ShardReport sha256. */
            sha256: string;

            /** ShardReport size. */
            size: number;

            /** ShardReport segments. */
            segments: drydock.v1.SegmentReport.$Properties[];

            /**
             * Creates a new ShardReport instance using the specified properties.
             * @param [properties] Properties to set
             * @returns ShardReport instance
             */
            static create(properties: drydock.v1.ShardReport.$Shape): drydock.v1.ShardReport & drydock.v1.ShardReport.$Shape;
            static create(properties?: drydock.v1.ShardReport.$Properties): drydock.v1.ShardReport;

            /**
             * Encodes the specified ShardReport message. Does not implicitly {@link drydock.v1.ShardReport.verify|verify} messages.
             * @param message ShardReport message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: drydock.v1.ShardReport.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ShardReport message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {drydock.v1.ShardReport & drydock.v1.ShardReport.$Shape} ShardReport
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): drydock.v1.ShardReport & drydock.v1.ShardReport.$Shape;

            /**
             * Creates a ShardReport message from a plain object. Also converts values to their respective internal types.
             * @param object Plain object
             * @returns ShardReport
             */
            static fromObject(object: { [k: string]: any }): drydock.v1.ShardReport;

            /**
             * Creates a plain object from a ShardReport message. Also converts values to other types if specified.
             * @param message ShardReport
             * @param [options] Conversion options
             * @returns Plain object
             */
            static toObject(message: drydock.v1.ShardReport, options?: $protobuf.IConversionOptions): { [k: string]: any };

            /**
             * Converts this ShardReport to JSON.
             * @returns JSON object
             */
            toJSON(): { [k: string]: any };

            /**
             * Gets the type url for ShardReport
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace ShardReport {

            /** Properties of a ShardReport. */
            interface $Properties {

                /** ShardReport planDigest */
                planDigest?: (string|null);

                /** ShardReport shard */
                shard?: (number|null);

                /** ShardReport sha256 */
                sha256?: (string|null);

                /** ShardReport size */
                size?: (number|null);

                /** ShardReport segments */
                segments?: (drydock.v1.SegmentReport.$Properties[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ShardReport. */
            type $Shape = drydock.v1.ShardReport.$Properties;
        }

        /** Stage enum. */
        enum Stage {

            /** STAGE_UNSPECIFIED value */
            STAGE_UNSPECIFIED = 0,

            /** STAGE_ACQUIRE value */
            STAGE_ACQUIRE = 1,

            /** STAGE_LOAD value */
            STAGE_LOAD = 2,

            /** STAGE_TRANSFORM value */
            STAGE_TRANSFORM = 3,

            /** STAGE_STAGE value */
            STAGE_STAGE = 4,

            /** STAGE_BUILD value */
            STAGE_BUILD = 5,

            /** STAGE_PUBLISH value */
            STAGE_PUBLISH = 6,

            /** STAGE_SEAL value */
            STAGE_SEAL = 7,

            /** STAGE_DELIVER value */
            STAGE_DELIVER = 8
        }

        /**
         * Properties of a Task.
         * @deprecated Use drydock.v1.Task.$Properties instead.
         */
        interface ITask extends drydock.v1.Task.$Properties {
        }

        /** Represents a Task. */
        class Task {

            /**
             * Constructs a new Task.
             * @param [properties] Properties to set
             */
            constructor(properties?: drydock.v1.Task.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Task runId. */
            runId: string;

            /** Task stage. */
            stage: drydock.v1.Stage;

            /** Task shard. */
            shard: number;

            /** Task generation. */
            generation: number;

            /** Task attempt. */
            attempt: number;

            /** Task context. */
            context: Uint8Array;

            /** Task contextDigest. */
            contextDigest: string;

            /** Task planDigest. */
            planDigest: string;

            /** Task outputUri. */
            outputUri: string;

            /** Task discard. */
            discard: boolean;

            /** Task traceparent. */
            traceparent: string;

            /**
             * Creates a new Task instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Task instance
             */
            static create(properties: drydock.v1.Task.$Shape): drydock.v1.Task & drydock.v1.Task.$Shape;
            static create(properties?: drydock.v1.Task.$Properties): drydock.v1.Task;

            /**
             * Encodes the specified Task message. Does not implicitly {@link drydock.v1.Task.verify|verify} messages.
             * @param message Task message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: drydock.v1.Task.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Task message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {drydock.v1.Task & drydock.v1.Task.$Shape} Task
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): drydock.v1.Task & drydock.v1.Task.$Shape;

            /**
             * Creates a Task message from a plain object. Also converts values to their respective internal types.
             * @param object Plain object
             * @returns Task
             */
            static fromObject(object: { [k: string]: any }): drydock.v1.Task;

            /**
             * Creates a plain object from a Task message. Also converts values to other types if specified.
             * @param message Task
             * @param [options] Conversion options
             * @returns Plain object
             */
            static toObject(message: drydock.v1.Task, options?: $protobuf.IConversionOptions): { [k: string]: any };

            /**
             * Converts this Task to JSON.
             * @returns JSON object
             */
            toJSON(): { [k: string]: any };

            /**
             * Gets the type url for Task
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace Task {

            /** Properties of a Task. */
            interface $Properties {

                /** Task runId */
                runId?: (string|null);

                /** Task stage */
                stage?: (drydock.v1.Stage|null);

                /** Task shard */
                shard?: (number|null);

                /** Task generation */
                generation?: (number|null);

                /** Task attempt */
                attempt?: (number|null);

                /** Task context */
                context?: (Uint8Array|null);

                /** Task contextDigest */
                contextDigest?: (string|null);

                /** Task planDigest */
                planDigest?: (string|null);

                /** Task outputUri */
                outputUri?: (string|null);

                /** Task discard */
                discard?: (boolean|null);

                /** Task traceparent */
                traceparent?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Task. */
            type $Shape = drydock.v1.Task.$Properties;
        }

        /**
         * Properties of a Span.
         * @deprecated Use drydock.v1.Span.$Properties instead.
         */
        interface ISpan extends drydock.v1.Span.$Properties {
        }

        /** Represents a Span. */
        class Span {

            /**
             * Constructs a new Span.
             * @param [properties] Properties to set
             */
            constructor(properties?: drydock.v1.Span.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Span name. */
            name: string;

            /** Span spanId. */
            spanId: string;

            /** Span parentId. */
            parentId: string;

            /** Span startMs. */
            startMs: number;

            /** Span endMs. */
            endMs: number;

            /** Span attributes. */
            attributes: { [k: string]: string };

            /** Span error. */
            error: boolean;

            /**
             * Creates a new Span instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Span instance
             */
            static create(properties: drydock.v1.Span.$Shape): drydock.v1.Span & drydock.v1.Span.$Shape;
            static create(properties?: drydock.v1.Span.$Properties): drydock.v1.Span;

            /**
             * Encodes the specified Span message. Does not implicitly {@link drydock.v1.Span.verify|verify} messages.
             * @param message Span message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: drydock.v1.Span.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Span message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {drydock.v1.Span & drydock.v1.Span.$Shape} Span
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): drydock.v1.Span & drydock.v1.Span.$Shape;

            /**
             * Creates a Span message from a plain object. Also converts values to their respective internal types.
             * @param object Plain object
             * @returns Span
             */
            static fromObject(object: { [k: string]: any }): drydock.v1.Span;

            /**
             * Creates a plain object from a Span message. Also converts values to other types if specified.
             * @param message Span
             * @param [options] Conversion options
             * @returns Plain object
             */
            static toObject(message: drydock.v1.Span, options?: $protobuf.IConversionOptions): { [k: string]: any };

            /**
             * Converts this Span to JSON.
             * @returns JSON object
             */
            toJSON(): { [k: string]: any };

            /**
             * Gets the type url for Span
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace Span {

            /** Properties of a Span. */
            interface $Properties {

                /** Span name */
                name?: (string|null);

                /** Span spanId */
                spanId?: (string|null);

                /** Span parentId */
                parentId?: (string|null);

                /** Span startMs */
                startMs?: (number|null);

                /** Span endMs */
                endMs?: (number|null);

                /** Span attributes */
                attributes?: ({ [k: string]: string }|null);

                /** Span error */
                error?: (boolean|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Span. */
            type $Shape = drydock.v1.Span.$Properties;
        }

        /**
         * Properties of a Usage.
         * @deprecated Use drydock.v1.Usage.$Properties instead.
         */
        interface IUsage extends drydock.v1.Usage.$Properties {
        }

        /** Represents a Usage. */
        class Usage {

            /**
             * Constructs a new Usage.
             * @param [properties] Properties to set
             */
            constructor(properties?: drydock.v1.Usage.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Usage bytesRead. */
            bytesRead: number;

            /** Usage bytesWritten. */
            bytesWritten: number;

            /** Usage tensors. */
            tensors: number;

            /**
             * Creates a new Usage instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Usage instance
             */
            static create(properties: drydock.v1.Usage.$Shape): drydock.v1.Usage & drydock.v1.Usage.$Shape;
            static create(properties?: drydock.v1.Usage.$Properties): drydock.v1.Usage;

            /**
             * Encodes the specified Usage message. Does not implicitly {@link drydock.v1.Usage.verify|verify} messages.
             * @param message Usage message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: drydock.v1.Usage.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Usage message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {drydock.v1.Usage & drydock.v1.Usage.$Shape} Usage
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): drydock.v1.Usage & drydock.v1.Usage.$Shape;

            /**
             * Creates a Usage message from a plain object. Also converts values to their respective internal types.
             * @param object Plain object
             * @returns Usage
             */
            static fromObject(object: { [k: string]: any }): drydock.v1.Usage;

            /**
             * Creates a plain object from a Usage message. Also converts values to other types if specified.
             * @param message Usage
             * @param [options] Conversion options
             * @returns Plain object
             */
            static toObject(message: drydock.v1.Usage, options?: $protobuf.IConversionOptions): { [k: string]: any };

            /**
             * Converts this Usage to JSON.
             * @returns JSON object
             */
            toJSON(): { [k: string]: any };

            /**
             * Gets the type url for Usage
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace Usage {

            /** Properties of a Usage. */
            interface $Properties {

                /** Usage bytesRead */
                bytesRead?: (number|null);

                /** Usage bytesWritten */
                bytesWritten?: (number|null);

                /** Usage tensors */
                tensors?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Usage. */
            type $Shape = drydock.v1.Usage.$Properties;
        }

        /**
         * Properties of a BuildSummary.
         * @deprecated Use drydock.v1.BuildSummary.$Properties instead.
         */
        interface IBuildSummary extends drydock.v1.BuildSummary.$Properties {
        }

        /** Represents a BuildSummary. */
        class BuildSummary {

            /**
             * Constructs a new BuildSummary.
             * @param [properties] Properties to set
             */
            constructor(properties?: drydock.v1.BuildSummary.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** BuildSummary planDigest. */
            planDigest: string;

            /** BuildSummary shards. */
            shards: number;

            /** BuildSummary tailShards. */
            tailShards: number;

            /** BuildSummary inputBytes. */
            inputBytes: number;

            /** BuildSummary outputBytes. */
            outputBytes: number;

            /** BuildSummary largestShardBytes. */
            largestShardBytes: number;

            /** BuildSummary kernelClass. */
            kernelClass: string;

            /**
             * Creates a new BuildSummary instance using the specified properties.
             * @param [properties] Properties to set
             * @returns BuildSummary instance
             */
            static create(properties: drydock.v1.BuildSummary.$Shape): drydock.v1.BuildSummary & drydock.v1.BuildSummary.$Shape;
            static create(properties?: drydock.v1.BuildSummary.$Properties): drydock.v1.BuildSummary;

            /**
             * Encodes the specified BuildSummary message. Does not implicitly {@link drydock.v1.BuildSummary.verify|verify} messages.
             * @param message BuildSummary message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: drydock.v1.BuildSummary.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a BuildSummary message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {drydock.v1.BuildSummary & drydock.v1.BuildSummary.$Shape} BuildSummary
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): drydock.v1.BuildSummary & drydock.v1.BuildSummary.$Shape;

            /**
             * Creates a BuildSummary message from a plain object. Also converts values to their respective internal types.
             * @param object Plain object
             * @returns BuildSummary
             */
            static fromObject(object: { [k: string]: any }): drydock.v1.BuildSummary;

            /**
             * Creates a plain object from a BuildSummary message. Also converts values to other types if specified.
             * @param message BuildSummary
             * @param [options] Conversion options
             * @returns Plain object
             */
            static toObject(message: drydock.v1.BuildSummary, options?: $protobuf.IConversionOptions): { [k: string]: any };

            /**
             * Converts this BuildSummary to JSON.
             * @returns JSON object
             */
            toJSON(): { [k: string]: any };

            /**
             * Gets the type url for BuildSummary
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace BuildSummary {

            /** Properties of a BuildSummary. */
            interface $Properties {

                /** BuildSummary planDigest */
                planDigest?: (string|null);

                /** BuildSummary shards */
                shards?: (number|null);

                /** BuildSummary tailShards */
                tailShards?: (number|null);

                /** BuildSummary inputBytes */
                inputBytes?: (number|null);

                /** BuildSummary outputBytes */
                outputBytes?: (number|null);

                /** BuildSummary largestShardBytes */
                largestShardBytes?: (number|null);

                /** BuildSummary kernelClass */
                kernelClass?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a BuildSummary. */
            type $Shape = drydock.v1.BuildSummary.$Properties;
        }

        /**
         * Properties of a Done.
         * @deprecated Use drydock.v1.Done.$Properties instead.
         */
        interface IDone extends drydock.v1.Done.$Properties {
        }

        /** Represents a Done. */
        class Done {

            /**
             * Constructs a new Done.
             * @param [properties] Properties to set
             */
            constructor(properties?: drydock.v1.Done.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Done context. */
            context: Uint8Array;

            /** Done contextDigest. */
            contextDigest: string;

            /** Done plan. */
            plan?: (drydock.v1.BuildSummary.$Properties|null);

            /** Done alreadySealed. */
            alreadySealed: boolean;

            /** Done confineTo. */
            confineTo: string;

            /** Done digest. */
            digest: string;

            /** Done note. */
            note: string;

            /**
             * Creates a new Done instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Done instance
             */
            static create(properties: drydock.v1.Done.$Shape): drydock.v1.Done & drydock.v1.Done.$Shape;
            static create(properties?: drydock.v1.Done.$Properties): drydock.v1.Done;

            /**
             * Encodes the specified Done message. Does not implicitly {@link drydock.v1.Done.verify|verify} messages.
             * @param message Done message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: drydock.v1.Done.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Done message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {drydock.v1.Done & drydock.v1.Done.$Shape} Done
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): drydock.v1.Done & drydock.v1.Done.$Shape;

            /**
             * Creates a Done message from a plain object. Also converts values to their respective internal types.
             * @param object Plain object
             * @returns Done
             */
            static fromObject(object: { [k: string]: any }): drydock.v1.Done;

            /**
             * Creates a plain object from a Done message. Also converts values to other types if specified.
             * @param message Done
             * @param [options] Conversion options
             * @returns Plain object
             */
            static toObject(message: drydock.v1.Done, options?: $protobuf.IConversionOptions): { [k: string]: any };

            /**
             * Converts this Done to JSON.
             * @returns JSON object
             */
            toJSON(): { [k: string]: any };

            /**
             * Gets the type url for Done
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace Done {

            /** Properties of a Done. */
            interface $Properties {

                /** Done context */
                context?: (Uint8Array|null);

                /** Done contextDigest */
                contextDigest?: (string|null);

                /** Done plan */
                plan?: (drydock.v1.BuildSummary.$Properties|null);

                /** Done alreadySealed */
                alreadySealed?: (boolean|null);

                /** Done confineTo */
                confineTo?: (string|null);

                /** Done digest */
                digest?: (string|null);

                /** Done note */
                note?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Done. */
            type $Shape = drydock.v1.Done.$Properties;
        }

        /**
         * Properties of a Failed.
         * @deprecated Use drydock.v1.Failed.$Properties instead.
         */
        interface IFailed extends drydock.v1.Failed.$Properties {
        }

        /** Represents a Failed. */
        class Failed {

            /**
             * Constructs a new Failed.
             * @param [properties] Properties to set
             */
            constructor(properties?: drydock.v1.Failed.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Failed kind. */
            kind: string;

            /** Failed name. */
            name: string;

            /** Failed message. */
            message: string;

            /** Failed detailsJson. */
            detailsJson: string;

            /** Failed remedy. */
            remedy: string;

            /** Failed retryAfterMs. */
            retryAfterMs: number;

            /**
             * Creates a new Failed instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Failed instance
             */
            static create(properties: drydock.v1.Failed.$Shape): drydock.v1.Failed & drydock.v1.Failed.$Shape;
            static create(properties?: drydock.v1.Failed.$Properties): drydock.v1.Failed;

            /**
             * Encodes the specified Failed message. Does not implicitly {@link drydock.v1.Failed.verify|verify} messages.
             * @param message Failed message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: drydock.v1.Failed.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Failed message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {drydock.v1.Failed & drydock.v1.Failed.$Shape} Failed
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): drydock.v1.Failed & drydock.v1.Failed.$Shape;

            /**
             * Creates a Failed message from a plain object. Also converts values to their respective internal types.
             * @param object Plain object
             * @returns Failed
             */
            static fromObject(object: { [k: string]: any }): drydock.v1.Failed;

            /**
             * Creates a plain object from a Failed message. Also converts values to other types if specified.
             * @param message Failed
             * @param [options] Conversion options
             * @returns Plain object
             */
            static toObject(message: drydock.v1.Failed, options?: $protobuf.IConversionOptions): { [k: string]: any };

            /**
             * Converts this Failed to JSON.
             * @returns JSON object
             */
            toJSON(): { [k: string]: any };

            /**
             * Gets the type url for Failed
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace Failed {

            /** Properties of a Failed. */
            interface $Properties {

                /** Failed kind */
                kind?: (string|null);

                /** Failed name */
                name?: (string|null);

                /** Failed message */
                message?: (string|null);

                /** Failed detailsJson */
                detailsJson?: (string|null);

                /** Failed remedy */
                remedy?: (string|null);

                /** Failed retryAfterMs */
                retryAfterMs?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Failed. */
            type $Shape = drydock.v1.Failed.$Properties;
        }

        /**
         * Properties of a Result.
         * @deprecated Use drydock.v1.Result.$Properties instead.
         */
        interface IResult extends drydock.v1.Result.$Properties {
        }

        /** Represents a Result. */
        class Result {

            /**
             * Constructs a new Result.
             * @param [properties] Properties to set
             */
            constructor(properties?: drydock.v1.Result.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Result runId. */
            runId: string;

            /** Result stage. */
            stage: drydock.v1.Stage;

            /** Result shard. */
            shard: number;

            /** Result generation. */
            generation: number;

            /** Result attempt. */
            attempt: number;

            /** Result node. */
            node: string;

            /** Result done. */
            done?: (drydock.v1.Done.$Properties|null);

            /** Result failed. */
            failed?: (drydock.v1.Failed.$Properties|null);

            /** Result spans. */
            spans: drydock.v1.Span.$Properties[];

            /** Result usage. */
            usage?: (drydock.v1.Usage.$Properties|null);

            /** Result outcome. */
            outcome?: ("done"|"failed");

            /**
             * Creates a new Result instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Result instance
             */
            static create(properties: drydock.v1.Result.$Shape): drydock.v1.Result & drydock.v1.Result.$Shape;
            static create(properties?: drydock.v1.Result.$Properties): drydock.v1.Result;

            /**
             * Encodes the specified Result message. Does not implicitly {@link drydock.v1.Result.verify|verify} messages.
             * @param message Result message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: drydock.v1.Result.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Result message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {drydock.v1.Result & drydock.v1.Result.$Shape} Result
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): drydock.v1.Result & drydock.v1.Result.$Shape;

            /**
             * Creates a Result message from a plain object. Also converts values to their respective internal types.
             * @param object Plain object
             * @returns Result
             */
            static fromObject(object: { [k: string]: any }): drydock.v1.Result;

            /**
             * Creates a plain object from a Result message. Also converts values to other types if specified.
             * @param message Result
             * @param [options] Conversion options
             * @returns Plain object
             */
            static toObject(message: drydock.v1.Result, options?: $protobuf.IConversionOptions): { [k: string]: any };

            /**
             * Converts this Result to JSON.
             * @returns JSON object
             */
            toJSON(): { [k: string]: any };

            /**
             * Gets the type url for Result
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace Result {

            /** Properties of a Result. */
            interface $Properties {

                /** Result runId */
                runId?: (string|null);

                /** Result stage */
                stage?: (drydock.v1.Stage|null);

                /** Result shard */
                shard?: (number|null);

                /** Result generation */
                generation?: (number|null);

                /** Result attempt */
                attempt?: (number|null);

                /** Result node */
                node?: (string|null);

                /** Result done */
                done?: (drydock.v1.Done.$Properties|null);

                /** Result failed */
                failed?: (drydock.v1.Failed.$Properties|null);

                /** Result spans */
                spans?: (drydock.v1.Span.$Properties[]|null);

                /** Result usage */
                usage?: (drydock.v1.Usage.$Properties|null);

                /** Result outcome */
                outcome?: ("done"|"failed");

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Narrowed shape of a Result. */
            type $Shape = {
              runId?: string|null;
              stage?: drydock.v1.Stage|null;
              shard?: number|null;
              generation?: number|null;
              attempt?: number|null;
              node?: string|null;
              done?: drydock.v1.Done.$Shape|null;
              failed?: drydock.v1.Failed.$Shape|null;
              spans?: drydock.v1.Span.$Shape[]|null;
              usage?: drydock.v1.Usage.$Shape|null;
              $unknowns?: Uint8Array[];
            } & (
              ({ outcome?: undefined; done?: null; failed?: null }|{ outcome?: "done"; done: drydock.v1.Done.$Shape; failed?: null }|{ outcome?: "failed"; done?: null; failed: drydock.v1.Failed.$Shape })
            );
        }

        /**
         * Properties of a Progress.
         * @deprecated Use drydock.v1.Progress.$Properties instead.
         */
        interface IProgress extends drydock.v1.Progress.$Properties {
        }

        /** Represents a Progress. */
        class Progress {

            /**
             * Constructs a new Progress.
             * @param [properties] Properties to set
             */
            constructor(properties?: drydock.v1.Progress.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Progress runId. */
            runId: string;

            /** Progress stage. */
            stage: drydock.v1.Stage;

            /** Progress shard. */
            shard: number;

            /** Progress node. */
            node: string;

            /** Progress bytes. */
            bytes: number;

            /** Progress totalBytes. */
            totalBytes: number;

            /** Progress tensors. */
            tensors: number;

            /** Progress totalTensors. */
            totalTensors: number;

            /**
             * Creates a new Progress instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Progress instance
             */
            static create(properties: drydock.v1.Progress.$Shape): drydock.v1.Progress & drydock.v1.Progress.$Shape;
            static create(properties?: drydock.v1.Progress.$Properties): drydock.v1.Progress;

            /**
             * Encodes the specified Progress message. Does not implicitly {@link drydock.v1.Progress.verify|verify} messages.
             * @param message Progress message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: drydock.v1.Progress.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Progress message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {drydock.v1.Progress & drydock.v1.Progress.$Shape} Progress
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): drydock.v1.Progress & drydock.v1.Progress.$Shape;

            /**
             * Creates a Progress message from a plain object. Also converts values to their respective internal types.
             * @param object Plain object
             * @returns Progress
             */
            static fromObject(object: { [k: string]: any }): drydock.v1.Progress;

            /**
             * Creates a plain object from a Progress message. Also converts values to other types if specified.
             * @param message Progress
             * @param [options] Conversion options
             * @returns Plain object
             */
            static toObject(message: drydock.v1.Progress, options?: $protobuf.IConversionOptions): { [k: string]: any };

            /**
             * Converts this Progress to JSON.
             * @returns JSON object
             */
            toJSON(): { [k: string]: any };

            /**
             * Gets the type url for Progress
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace Progress {

            /** Properties of a Progress. */
            interface $Properties {

                /** Progress runId */
                runId?: (string|null);

                /** Progress stage */
                stage?: (drydock.v1.Stage|null);

                /** Progress shard */
                shard?: (number|null);

                /** Progress node */
                node?: (string|null);

                /** Progress bytes */
                bytes?: (number|null);

                /** Progress totalBytes */
                totalBytes?: (number|null);

                /** Progress tensors */
                tensors?: (number|null);

                /** Progress totalTensors */
                totalTensors?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Progress. */
            type $Shape = drydock.v1.Progress.$Properties;
        }

        /**
         * Properties of a NodeInfo.
         * @deprecated Use drydock.v1.NodeInfo.$Properties instead.
         */
        interface INodeInfo extends drydock.v1.NodeInfo.$Properties {
        }

        /** Represents a NodeInfo. */
        class NodeInfo {

            /**
             * Constructs a new NodeInfo.
             * @param [properties] Properties to set
             */
            constructor(properties?: drydock.v1.NodeInfo.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** NodeInfo node. */
            node: string;

            /** NodeInfo service. */
            service: string;

            /** NodeInfo version. */
            version: string;

            /** NodeInfo slots. */
            slots: { [k: string]: number };

            /** NodeInfo kernelClasses. */
            kernelClasses: string[];

            /** NodeInfo sharedRoots. */
            sharedRoots: string[];

            /** NodeInfo host. */
            host: string;

            /** NodeInfo pid. */
            pid: number;

            /** NodeInfo memoryBytes. */
            memoryBytes: number;

            /** NodeInfo draining. */
            draining: boolean;

            /** NodeInfo url. */
            url: string;

            /**
             * Creates a new NodeInfo instance using the specified properties.
             * @param [properties] Properties to set
             * @returns NodeInfo instance
             */
            static create(properties: drydock.v1.NodeInfo.$Shape): drydock.v1.NodeInfo & drydock.v1.NodeInfo.$Shape;
            static create(properties?: drydock.v1.NodeInfo.$Properties): drydock.v1.NodeInfo;

            /**
             * Encodes the specified NodeInfo message. Does not implicitly {@link drydock.v1.NodeInfo.verify|verify} messages.
             * @param message NodeInfo message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: drydock.v1.NodeInfo.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a NodeInfo message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {drydock.v1.NodeInfo & drydock.v1.NodeInfo.$Shape} NodeInfo
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): drydock.v1.NodeInfo & drydock.v1.NodeInfo.$Shape;

            /**
             * Creates a NodeInfo message from a plain object. Also converts values to their respective internal types.
             * @param object Plain object
             * @returns NodeInfo
             */
            static fromObject(object: { [k: string]: any }): drydock.v1.NodeInfo;

            /**
             * Creates a plain object from a NodeInfo message. Also converts values to other types if specified.
             * @param message NodeInfo
             * @param [options] Conversion options
             * @returns Plain object
             */
            static toObject(message: drydock.v1.NodeInfo, options?: $protobuf.IConversionOptions): { [k: string]: any };

            /**
             * Converts this NodeInfo to JSON.
             * @returns JSON object
             */
            toJSON(): { [k: string]: any };

            /**
             * Gets the type url for NodeInfo
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace NodeInfo {

            /** Properties of a NodeInfo. */
            interface $Properties {

                /** NodeInfo node */
                node?: (string|null);

                /** NodeInfo service */
                service?: (string|null);

                /** NodeInfo version */
                version?: (string|null);

                /** NodeInfo slots */
                slots?: ({ [k: string]: number }|null);

                /** NodeInfo kernelClasses */
                kernelClasses?: (string[]|null);

                /** NodeInfo sharedRoots */
                sharedRoots?: (string[]|null);

                /** NodeInfo host */
                host?: (string|null);

                /** NodeInfo pid */
                pid?: (number|null);

                /** NodeInfo memoryBytes */
                memoryBytes?: (number|null);

                /** NodeInfo draining */
                draining?: (boolean|null);

                /** NodeInfo url */
                url?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a NodeInfo. */
            type $Shape = drydock.v1.NodeInfo.$Properties;
        }

        /**
         * Properties of a Submission.
         * @deprecated Use drydock.v1.Submission.$Properties instead.
         */
        interface ISubmission extends drydock.v1.Submission.$Properties {
        }

        /** Represents a Submission. */
        class Submission {

            /**
             * Constructs a new Submission.
             * @param [properties] Properties to set
             */
            constructor(properties?: drydock.v1.Submission.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Submission key. */
            key: string;

            /** Submission pipelineJson. */
            pipelineJson: string;

            /** Submission retryOf. */
            retryOf: string;

            /** Submission planOnly. */
            planOnly: boolean;

            /** Submission traceparent. */
            traceparent: string;

            /** Submission submittedBy. */
            submittedBy: string;

            /**
             * Creates a new Submission instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Submission instance
             */
            static create(properties: drydock.v1.Submission.$Shape): drydock.v1.Submission & drydock.v1.Submission.$Shape;
            static create(properties?: drydock.v1.Submission.$Properties): drydock.v1.Submission;

            /**
             * Encodes the specified Submission message. Does not implicitly {@link drydock.v1.Submission.verify|verify} messages.
             * @param message Submission message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: drydock.v1.Submission.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Submission message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {drydock.v1.Submission & drydock.v1.Submission.$Shape} Submission
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): drydock.v1.Submission & drydock.v1.Submission.$Shape;

            /**
             * Creates a Submission message from a plain object. Also converts values to their respective internal types.
             * @param object Plain object
             * @returns Submission
             */
            static fromObject(object: { [k: string]: any }): drydock.v1.Submission;

            /**
             * Creates a plain object from a Submission message. Also converts values to other types if specified.
             * @param message Submission
             * @param [options] Conversion options
             * @returns Plain object
             */
            static toObject(message: drydock.v1.Submission, options?: $protobuf.IConversionOptions): { [k: string]: any };

            /**
             * Converts this Submission to JSON.
             * @returns JSON object
             */
            toJSON(): { [k: string]: any };

            /**
             * Gets the type url for Submission
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace Submission {

            /** Properties of a Submission. */
            interface $Properties {

                /** Submission key */
                key?: (string|null);

                /** Submission pipelineJson */
                pipelineJson?: (string|null);

                /** Submission retryOf */
                retryOf?: (string|null);

                /** Submission planOnly */
                planOnly?: (boolean|null);

                /** Submission traceparent */
                traceparent?: (string|null);

                /** Submission submittedBy */
                submittedBy?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Submission. */
            type $Shape = drydock.v1.Submission.$Properties;
        }

        /**
         * Properties of a CancelRequest.
         * @deprecated Use drydock.v1.CancelRequest.$Properties instead.
         */
        interface ICancelRequest extends drydock.v1.CancelRequest.$Properties {
        }

        /** Represents a CancelRequest. */
        class CancelRequest {

            /**
             * Constructs a new CancelRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: drydock.v1.CancelRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** CancelRequest runId. */
            runId: string;

            /** CancelRequest reason. */
            reason: string;

            /**
             * Creates a new CancelRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns CancelRequest instance
             */
            static create(properties: drydock.v1.CancelRequest.$Shape): drydock.v1.CancelRequest & drydock.v1.CancelRequest.$Shape;
            static create(properties?: drydock.v1.CancelRequest.$Properties): drydock.v1.CancelRequest;

            /**
             * Encodes the specified CancelRequest message. Does not implicitly {@link drydock.v1.CancelRequest.verify|verify} messages.
             * @param message CancelRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: drydock.v1.CancelRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a CancelRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {drydock.v1.CancelRequest & drydock.v1.CancelRequest.$Shape} CancelRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): drydock.v1.CancelRequest & drydock.v1.CancelRequest.$Shape;

            /**
             * Creates a CancelRequest message from a plain object. Also converts values to their respective internal types.
             * @param object Plain object
             * @returns CancelRequest
             */
            static fromObject(object: { [k: string]: any }): drydock.v1.CancelRequest;

            /**
             * Creates a plain object from a CancelRequest message. Also converts values to other types if specified.
             * @param message CancelRequest
             * @param [options] Conversion options
             * @returns Plain object
             */
            static toObject(message: drydock.v1.CancelRequest, options?: $protobuf.IConversionOptions): { [k: string]: any };

            /**
             * Converts this CancelRequest to JSON.
             * @returns JSON object
             */
            toJSON(): { [k: string]: any };

            /**
             * Gets the type url for CancelRequest
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace CancelRequest {

            /** Properties of a CancelRequest. */
            interface $Properties {

                /** CancelRequest runId */
                runId?: (string|null);

                /** CancelRequest reason */
                reason?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a CancelRequest. */
            type $Shape = drydock.v1.CancelRequest.$Properties;
        }

        /** RunPhase enum. */
        enum RunPhase {

            /** RUN_PHASE_UNSPECIFIED value */
            RUN_PHASE_UNSPECIFIED = 0,

            /** RUN_PHASE_PLANNING value */
            RUN_PHASE_PLANNING = 1,

            /** RUN_PHASE_BUILDING value */
            RUN_PHASE_BUILDING = 2,

            /** RUN_PHASE_SEALING value */
            RUN_PHASE_SEALING = 3,

            /** RUN_PHASE_DISCARDING value */
            RUN_PHASE_DISCARDING = 4,

            /** RUN_PHASE_ENDED value */
            RUN_PHASE_ENDED = 5
        }

        /** RunOutcome enum. */
        enum RunOutcome {

            /** RUN_OUTCOME_UNSPECIFIED value */
            RUN_OUTCOME_UNSPECIFIED = 0,

            /** RUN_OUTCOME_SEALED value */
            RUN_OUTCOME_SEALED = 1,

            /** RUN_OUTCOME_PLANNED value */
            RUN_OUTCOME_PLANNED = 2,

            /** RUN_OUTCOME_FAILED value */
            RUN_OUTCOME_FAILED = 3,

            /** RUN_OUTCOME_CANCELLED value */
            RUN_OUTCOME_CANCELLED = 4
        }

        /**
         * Properties of a RunPolicy.
         * @deprecated Use drydock.v1.RunPolicy.$Properties instead.
         */
        interface IRunPolicy extends drydock.v1.RunPolicy.$Properties {
        }

        /** Represents a RunPolicy. */
        class RunPolicy {

            /**
             * Constructs a new RunPolicy.
             * @param [properties] Properties to set
             */
            constructor(properties?: drydock.v1.RunPolicy.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** RunPolicy maxRetries. */
            maxRetries: number;

            /** RunPolicy timeoutMs. */
            timeoutMs: number;

            /** RunPolicy asyncExecution. */
            asyncExecution: boolean;

            /** RunPolicy planOnly. */
            planOnly: boolean;

            /**
             * Creates a new RunPolicy instance using the specified properties.
             * @param [properties] Properties to set
             * @returns RunPolicy instance
             */
            static create(properties: drydock.v1.RunPolicy.$Shape): drydock.v1.RunPolicy & drydock.v1.RunPolicy.$Shape;
            static create(properties?: drydock.v1.RunPolicy.$Properties): drydock.v1.RunPolicy;

            /**
             * Encodes the specified RunPolicy message. Does not implicitly {@link drydock.v1.RunPolicy.verify|verify} messages.
             * @param message RunPolicy message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: drydock.v1.RunPolicy.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a RunPolicy message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {drydock.v1.RunPolicy & drydock.v1.RunPolicy.$Shape} RunPolicy
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): drydock.v1.RunPolicy & drydock.v1.RunPolicy.$Shape;

            /**
             * Creates a RunPolicy message from a plain object. Also converts values to their respective internal types.
             * @param object Plain object
             * @returns RunPolicy
             */
            static fromObject(object: { [k: string]: any }): drydock.v1.RunPolicy;

            /**
             * Creates a plain object from a RunPolicy message. Also converts values to other types if specified.
             * @param message RunPolicy
             * @param [options] Conversion options
             * @returns Plain object
             */
            static toObject(message: drydock.v1.RunPolicy, options?: $protobuf.IConversionOptions): { [k: string]: any };

            /**
             * Converts this RunPolicy to JSON.
             * @returns JSON object
             */
            toJSON(): { [k: string]: any };

            /**
             * Gets the type url for RunPolicy
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace RunPolicy {

            /** Properties of a RunPolicy. */
            interface $Properties {

                /** RunPolicy maxRetries */
                maxRetries?: (number|null);

                /** RunPolicy timeoutMs */
                timeoutMs?: (number|null);

                /** RunPolicy asyncExecution */
                asyncExecution?: (boolean|null);

                /** RunPolicy planOnly */
                planOnly?: (boolean|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a RunPolicy. */
            type $Shape = drydock.v1.RunPolicy.$Properties;
        }

        /**
         * Properties of a UnitState.
         * @deprecated Use drydock.v1.UnitState.$Properties instead.
         */
        interface IUnitState extends drydock.v1.UnitState.$Properties {
        }

        /** Represents a UnitState. */
        class UnitState {

            /**
             * Constructs a new UnitState.
             * @param [properties] Properties to set
             */
            constructor(properties?: drydock.v1.UnitState.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** UnitState stage. */
            stage: drydock.v1.Stage;

            /** UnitState generation. */
            generation: number;

            /** UnitState attempt. */
            attempt: number;

            /** UnitState done. */
            done: boolean;

            /** UnitState retryAtMs. */
            retryAtMs: number;

            /** UnitState failures. */
            failures: number;

            /**
             * Creates a new UnitState instance using the specified properties.
             * @param [properties] Properties to set
             * @returns UnitState instance
             */
            static create(properties: drydock.v1.UnitState.$Shape): drydock.v1.UnitState & drydock.v1.UnitState.$Shape;
            static create(properties?: drydock.v1.UnitState.$Properties): drydock.v1.UnitState;

            /**
             * Encodes the specified UnitState message. Does not implicitly {@link drydock.v1.UnitState.verify|verify} messages.
             * @param message UnitState message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: drydock.v1.UnitState.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a UnitState message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {drydock.v1.UnitState & drydock.v1.UnitState.$Shape} UnitState
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): drydock.v1.UnitState & drydock.v1.UnitState.$Shape;

            /**
             * Creates a UnitState message from a plain object. Also converts values to their respective internal types.
             * @param object Plain object
             * @returns UnitState
             */
            static fromObject(object: { [k: string]: any }): drydock.v1.UnitState;

            /**
             * Creates a plain object from a UnitState message. Also converts values to other types if specified.
             * @param message UnitState
             * @param [options] Conversion options
             * @returns Plain object
             */
            static toObject(message: drydock.v1.UnitState, options?: $protobuf.IConversionOptions): { [k: string]: any };

            /**
             * Converts this UnitState to JSON.
             * @returns JSON object
             */
            toJSON(): { [k: string]: any };

            /**
             * Gets the type url for UnitState
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace UnitState {

            /** Properties of a UnitState. */
            interface $Properties {

                /** UnitState stage */
                stage?: (drydock.v1.Stage|null);

                /** UnitState generation */
                generation?: (number|null);

                /** UnitState attempt */
                attempt?: (number|null);

                /** UnitState done */
                done?: (boolean|null);

                /** UnitState retryAtMs */
                retryAtMs?: (number|null);

                /** UnitState failures */
                failures?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a UnitState. */
            type $Shape = drydock.v1.UnitState.$Properties;
        }

        /**
         * Properties of a RunState.
         * @deprecated Use drydock.v1.RunState.$Properties instead.
         */
        interface IRunState extends drydock.v1.RunState.$Properties {
        }

        /** Represents a RunState. */
        class RunState {

            /**
             * Constructs a new RunState.
             * @param [properties] Properties to set
             */
            constructor(properties?: drydock.v1.RunState.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** RunState runId. */
            runId: string;

            /** RunState key. */
            key: string;

            /** RunState pipelineDigest. */
            pipelineDigest: string;

            /** RunState phase. */
            phase: drydock.v1.RunPhase;

            /** RunState outcome. */
            outcome: drydock.v1.RunOutcome;

            /** RunState policy. */
            policy?: (drydock.v1.RunPolicy.$Properties|null);

            /** RunState context. */
            context: Uint8Array;

            /** RunState contextDigest. */
            contextDigest: string;

            /** RunState contextRevision. */
            contextRevision: number;

            /** RunState units. */
            units: drydock.v1.UnitState.$Properties[];

            /** RunState plan. */
            plan?: (drydock.v1.BuildSummary.$Properties|null);

            /** RunState chains. */
            chains: Uint8Array;

            /** RunState chainNodes. */
            chainNodes: string[];

            /** RunState confineTo. */
            confineTo: string;

            /** RunState outputUri. */
            outputUri: string;

            /** RunState startedMs. */
            startedMs: number;

            /** RunState deadlineMs. */
            deadlineMs: number;

            /** RunState endedMs. */
            endedMs: number;

            /** RunState failure. */
            failure?: (drydock.v1.Failed.$Properties|null);

            /** RunState failedStage. */
            failedStage: drydock.v1.Stage;

            /** RunState failedShard. */
            failedShard: number;

            /** RunState chainsDone. */
            chainsDone: number;

            /** RunState bytesRead. */
            bytesRead: number;

            /** RunState bytesWritten. */
            bytesWritten: number;

            /** RunState traceparent. */
            traceparent: string;

            /** RunState retryOf. */
            retryOf: string;

            /** RunState publishBegun. */
            publishBegun: boolean;

            /** RunState manifestDigest. */
            manifestDigest: string;

            /** RunState submittedMs. */
            submittedMs: number;

            /**
             * Creates a new RunState instance using the specified properties.
             * @param [properties] Properties to set
             * @returns RunState instance
             */
            static create(properties: drydock.v1.RunState.$Shape): drydock.v1.RunState & drydock.v1.RunState.$Shape;
            static create(properties?: drydock.v1.RunState.$Properties): drydock.v1.RunState;

            /**
             * Encodes the specified RunState message. Does not implicitly {@link drydock.v1.RunState.verify|verify} messages.
             * @param message RunState message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: drydock.v1.RunState.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a RunState message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {drydock.v1.RunState & drydock.v1.RunState.$Shape} RunState
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): drydock.v1.RunState & drydock.v1.RunState.$Shape;

            /**
             * Creates a RunState message from a plain object. Also converts values to their respective internal types.
             * @param object Plain object
             * @returns RunState
             */
            static fromObject(object: { [k: string]: any }): drydock.v1.RunState;

            /**
             * Creates a plain object from a RunState message. Also converts values to other types if specified.
             * @param message RunState
             * @param [options] Conversion options
             * @returns Plain object
             */
            static toObject(message: drydock.v1.RunState, options?: $protobuf.IConversionOptions): { [k: string]: any };

            /**
             * Converts this RunState to JSON.
             * @returns JSON object
             */
            toJSON(): { [k: string]: any };

            /**
             * Gets the type url for RunState
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace RunState {

            /** Properties of a RunState. */
            interface $Properties {

                /** RunState runId */
                runId?: (string|null);

                /** RunState key */
                key?: (string|null);

                /** RunState pipelineDigest */
                pipelineDigest?: (string|null);

                /** RunState phase */
                phase?: (drydock.v1.RunPhase|null);

                /** RunState outcome */
                outcome?: (drydock.v1.RunOutcome|null);

                /** RunState policy */
                policy?: (drydock.v1.RunPolicy.$Properties|null);

                /** RunState context */
                context?: (Uint8Array|null);

                /** RunState contextDigest */
                contextDigest?: (string|null);

                /** RunState contextRevision */
                contextRevision?: (number|null);

                /** RunState units */
                units?: (drydock.v1.UnitState.$Properties[]|null);

                /** RunState plan */
                plan?: (drydock.v1.BuildSummary.$Properties|null);

                /** RunState chains */
                chains?: (Uint8Array|null);

                /** RunState chainNodes */
                chainNodes?: (string[]|null);

                /** RunState confineTo */
                confineTo?: (string|null);

                /** RunState outputUri */
                outputUri?: (string|null);

                /** RunState startedMs */
                startedMs?: (number|null);

                /** RunState deadlineMs */
                deadlineMs?: (number|null);

                /** RunState endedMs */
                endedMs?: (number|null);

                /** RunState failure */
                failure?: (drydock.v1.Failed.$Properties|null);

                /** RunState failedStage */
                failedStage?: (drydock.v1.Stage|null);

                /** RunState failedShard */
                failedShard?: (number|null);

                /** RunState chainsDone */
                chainsDone?: (number|null);

                /** RunState bytesRead */
                bytesRead?: (number|null);

                /** RunState bytesWritten */
                bytesWritten?: (number|null);

                /** RunState traceparent */
                traceparent?: (string|null);

                /** RunState retryOf */
                retryOf?: (string|null);

                /** RunState publishBegun */
                publishBegun?: (boolean|null);

                /** RunState manifestDigest */
                manifestDigest?: (string|null);

                /** RunState submittedMs */
                submittedMs?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a RunState. */
            type $Shape = drydock.v1.RunState.$Properties;
        }

        /**
         * Properties of a NodeView.
         * @deprecated Use drydock.v1.NodeView.$Properties instead.
         */
        interface INodeView extends drydock.v1.NodeView.$Properties {
        }

        /** Represents a NodeView. */
        class NodeView {

            /**
             * Constructs a new NodeView.
             * @param [properties] Properties to set
             */
            constructor(properties?: drydock.v1.NodeView.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** NodeView node. */
            node: string;

            /** NodeView buildSlots. */
            buildSlots: number;

            /** NodeView kernelClasses. */
            kernelClasses: string[];

            /**
             * Creates a new NodeView instance using the specified properties.
             * @param [properties] Properties to set
             * @returns NodeView instance
             */
            static create(properties: drydock.v1.NodeView.$Shape): drydock.v1.NodeView & drydock.v1.NodeView.$Shape;
            static create(properties?: drydock.v1.NodeView.$Properties): drydock.v1.NodeView;

            /**
             * Encodes the specified NodeView message. Does not implicitly {@link drydock.v1.NodeView.verify|verify} messages.
             * @param message NodeView message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: drydock.v1.NodeView.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a NodeView message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {drydock.v1.NodeView & drydock.v1.NodeView.$Shape} NodeView
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): drydock.v1.NodeView & drydock.v1.NodeView.$Shape;

            /**
             * Creates a NodeView message from a plain object. Also converts values to their respective internal types.
             * @param object Plain object
             * @returns NodeView
             */
            static fromObject(object: { [k: string]: any }): drydock.v1.NodeView;

            /**
             * Creates a plain object from a NodeView message. Also converts values to other types if specified.
             * @param message NodeView
             * @param [options] Conversion options
             * @returns Plain object
             */
            static toObject(message: drydock.v1.NodeView, options?: $protobuf.IConversionOptions): { [k: string]: any };

            /**
             * Converts this NodeView to JSON.
             * @returns JSON object
             */
            toJSON(): { [k: string]: any };

            /**
             * Gets the type url for NodeView
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace NodeView {

            /** Properties of a NodeView. */
            interface $Properties {

                /** NodeView node */
                node?: (string|null);

                /** NodeView buildSlots */
                buildSlots?: (number|null);

                /** NodeView kernelClasses */
                kernelClasses?: (string[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a NodeView. */
            type $Shape = drydock.v1.NodeView.$Properties;
        }

        /**
         * Properties of a Submitted.
         * @deprecated Use drydock.v1.Submitted.$Properties instead.
         */
        interface ISubmitted extends drydock.v1.Submitted.$Properties {
        }

        /** Represents a Submitted. */
        class Submitted {

            /**
             * Constructs a new Submitted.
             * @param [properties] Properties to set
             */
            constructor(properties?: drydock.v1.Submitted.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Submitted submission. */
            submission?: (drydock.v1.Submission.$Properties|null);

            /**
             * Creates a new Submitted instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Submitted instance
             */
            static create(properties: drydock.v1.Submitted.$Shape): drydock.v1.Submitted & drydock.v1.Submitted.$Shape;
            static create(properties?: drydock.v1.Submitted.$Properties): drydock.v1.Submitted;

            /**
             * Encodes the specified Submitted message. Does not implicitly {@link drydock.v1.Submitted.verify|verify} messages.
             * @param message Submitted message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: drydock.v1.Submitted.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Submitted message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {drydock.v1.Submitted & drydock.v1.Submitted.$Shape} Submitted
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): drydock.v1.Submitted & drydock.v1.Submitted.$Shape;

            /**
             * Creates a Submitted message from a plain object. Also converts values to their respective internal types.
             * @param object Plain object
             * @returns Submitted
             */
            static fromObject(object: { [k: string]: any }): drydock.v1.Submitted;

            /**
             * Creates a plain object from a Submitted message. Also converts values to other types if specified.
             * @param message Submitted
             * @param [options] Conversion options
             * @returns Plain object
             */
            static toObject(message: drydock.v1.Submitted, options?: $protobuf.IConversionOptions): { [k: string]: any };

            /**
             * Converts this Submitted to JSON.
             * @returns JSON object
             */
            toJSON(): { [k: string]: any };

            /**
             * Gets the type url for Submitted
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace Submitted {

            /** Properties of a Submitted. */
            interface $Properties {

                /** Submitted submission */
                submission?: (drydock.v1.Submission.$Properties|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Submitted. */
            type $Shape = drydock.v1.Submitted.$Properties;
        }

        /**
         * Properties of a Tick.
         * @deprecated Use drydock.v1.Tick.$Properties instead.
         */
        interface ITick extends drydock.v1.Tick.$Properties {
        }

        /** Represents a Tick. */
        class Tick {

            /**
             * Constructs a new Tick.
             * @param [properties] Properties to set
             */
            constructor(properties?: drydock.v1.Tick.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /**
             * Creates a new Tick instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Tick instance
             */
            static create(properties: drydock.v1.Tick.$Shape): drydock.v1.Tick & drydock.v1.Tick.$Shape;
            static create(properties?: drydock.v1.Tick.$Properties): drydock.v1.Tick;

            /**
             * Encodes the specified Tick message. Does not implicitly {@link drydock.v1.Tick.verify|verify} messages.
             * @param message Tick message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: drydock.v1.Tick.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Tick message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {drydock.v1.Tick & drydock.v1.Tick.$Shape} Tick
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): drydock.v1.Tick & drydock.v1.Tick.$Shape;

            /**
             * Creates a Tick message from a plain object. Also converts values to their respective internal types.
             * @param object Plain object
             * @returns Tick
             */
            static fromObject(object: { [k: string]: any }): drydock.v1.Tick;

            /**
             * Creates a plain object from a Tick message. Also converts values to other types if specified.
             * @param message Tick
             * @param [options] Conversion options
             * @returns Plain object
             */
            static toObject(message: drydock.v1.Tick, options?: $protobuf.IConversionOptions): { [k: string]: any };

            /**
             * Converts this Tick to JSON.
             * @returns JSON object
             */
            toJSON(): { [k: string]: any };

            /**
             * Gets the type url for Tick
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace Tick {

            /** Properties of a Tick. */
            interface $Properties {

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Tick. */
            type $Shape = drydock.v1.Tick.$Properties;
        }

        /**
         * Properties of a CancelRequested.
         * @deprecated Use drydock.v1.CancelRequested.$Properties instead.
         */
        interface ICancelRequested extends drydock.v1.CancelRequested.$Properties {
        }

        /** Represents a CancelRequested. */
        class CancelRequested {

            /**
             * Constructs a new CancelRequested.
             * @param [properties] Properties to set
             */
            constructor(properties?: drydock.v1.CancelRequested.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** CancelRequested reason. */
            reason: string;

            /**
             * Creates a new CancelRequested instance using the specified properties.
             * @param [properties] Properties to set
             * @returns CancelRequested instance
             */
            static create(properties: drydock.v1.CancelRequested.$Shape): drydock.v1.CancelRequested & drydock.v1.CancelRequested.$Shape;
            static create(properties?: drydock.v1.CancelRequested.$Properties): drydock.v1.CancelRequested;

            /**
             * Encodes the specified CancelRequested message. Does not implicitly {@link drydock.v1.CancelRequested.verify|verify} messages.
             * @param message CancelRequested message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: drydock.v1.CancelRequested.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a CancelRequested message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {drydock.v1.CancelRequested & drydock.v1.CancelRequested.$Shape} CancelRequested
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): drydock.v1.CancelRequested & drydock.v1.CancelRequested.$Shape;

            /**
             * Creates a CancelRequested message from a plain object. Also converts values to their respective internal types.
             * @param object Plain object
             * @returns CancelRequested
             */
            static fromObject(object: { [k: string]: any }): drydock.v1.CancelRequested;

            /**
             * Creates a plain object from a CancelRequested message. Also converts values to other types if specified.
             * @param message CancelRequested
             * @param [options] Conversion options
             * @returns Plain object
             */
            static toObject(message: drydock.v1.CancelRequested, options?: $protobuf.IConversionOptions): { [k: string]: any };

            /**
             * Converts this CancelRequested to JSON.
             * @returns JSON object
             */
            toJSON(): { [k: string]: any };

            /**
             * Gets the type url for CancelRequested
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace CancelRequested {

            /** Properties of a CancelRequested. */
            interface $Properties {

                /** CancelRequested reason */
                reason?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a CancelRequested. */
            type $Shape = drydock.v1.CancelRequested.$Properties;
        }

        /**
         * Properties of a NodeLost.
         * @deprecated Use drydock.v1.NodeLost.$Properties instead.
         */
        interface INodeLost extends drydock.v1.NodeLost.$Properties {
        }

        /** Represents a NodeLost. */
        class NodeLost {

            /**
             * Constructs a new NodeLost.
             * @param [properties] Properties to set
             */
            constructor(properties?: drydock.v1.NodeLost.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** NodeLost node. */
            node: string;

            /**
             * Creates a new NodeLost instance using the specified properties.
             * @param [properties] Properties to set
             * @returns NodeLost instance
             */
            static create(properties: drydock.v1.NodeLost.$Shape): drydock.v1.NodeLost & drydock.v1.NodeLost.$Shape;
            static create(properties?: drydock.v1.NodeLost.$Properties): drydock.v1.NodeLost;

            /**
             * Encodes the specified NodeLost message. Does not implicitly {@link drydock.v1.NodeLost.verify|verify} messages.
             * @param message NodeLost message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: drydock.v1.NodeLost.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a NodeLost message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {drydock.v1.NodeLost & drydock.v1.NodeLost.$Shape} NodeLost
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): drydock.v1.NodeLost & drydock.v1.NodeLost.$Shape;

            /**
             * Creates a NodeLost message from a plain object. Also converts values to their respective internal types.
             * @param object Plain object
             * @returns NodeLost
             */
            static fromObject(object: { [k: string]: any }): drydock.v1.NodeLost;

            /**
             * Creates a plain object from a NodeLost message. Also converts values to other types if specified.
             * @param message NodeLost
             * @param [options] Conversion options
             * @returns Plain object
             */
            static toObject(message: drydock.v1.NodeLost, options?: $protobuf.IConversionOptions): { [k: string]: any };

            /**
             * Converts this NodeLost to JSON.
             * @returns JSON object
             */
            toJSON(): { [k: string]: any };

            /**
             * Gets the type url for NodeLost
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace NodeLost {

            /** Properties of a NodeLost. */
            interface $Properties {

                /** NodeLost node */
                node?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a NodeLost. */
            type $Shape = drydock.v1.NodeLost.$Properties;
        }

        /**
         * Properties of a RunEvent.
         * @deprecated Use drydock.v1.RunEvent.$Properties instead.
         */
        interface IRunEvent extends drydock.v1.RunEvent.$Properties {
        }

        /** Represents a RunEvent. */
        class RunEvent {

            /**
             * Constructs a new RunEvent.
             * @param [properties] Properties to set
             */
            constructor(properties?: drydock.v1.RunEvent.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** RunEvent atMs. */
            atMs: number;

            /** RunEvent submitted. */
            submitted?: (drydock.v1.Submitted.$Properties|null);

            /** RunEvent result. */
            result?: (drydock.v1.Result.$Properties|null);

            /** RunEvent tick. */
            tick?: (drydock.v1.Tick.$Properties|null);

            /** RunEvent cancelRequested. */
            cancelRequested?: (drydock.v1.CancelRequested.$Properties|null);

            /** RunEvent nodeLost. */
            nodeLost?: (drydock.v1.NodeLost.$Properties|null);

            /** RunEvent nodes. */
            nodes: drydock.v1.NodeView.$Properties[];

            /** RunEvent snapshot. */
            snapshot?: (drydock.v1.RunState.$Properties|null);

            /** RunEvent snapshotSeq. */
            snapshotSeq: number;

            /** RunEvent event. */
            event?: ("submitted"|"result"|"tick"|"cancelRequested"|"nodeLost");

            /**
             * Creates a new RunEvent instance using the specified properties.
             * @param [properties] Properties to set
             * @returns RunEvent instance
             */
            static create(properties: drydock.v1.RunEvent.$Shape): drydock.v1.RunEvent & drydock.v1.RunEvent.$Shape;
            static create(properties?: drydock.v1.RunEvent.$Properties): drydock.v1.RunEvent;

            /**
             * Encodes the specified RunEvent message. Does not implicitly {@link drydock.v1.RunEvent.verify|verify} messages.
             * @param message RunEvent message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: drydock.v1.RunEvent.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a RunEvent message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {drydock.v1.RunEvent & drydock.v1.RunEvent.$Shape} RunEvent
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): drydock.v1.RunEvent & drydock.v1.RunEvent.$Shape;

            /**
             * Creates a RunEvent message from a plain object. Also converts values to their respective internal types.
             * @param object Plain object
             * @returns RunEvent
             */
            static fromObject(object: { [k: string]: any }): drydock.v1.RunEvent;

            /**
             * Creates a plain object from a RunEvent message. Also converts values to other types if specified.
             * @param message RunEvent
             * @param [options] Conversion options
             * @returns Plain object
             */
            static toObject(message: drydock.v1.RunEvent, options?: $protobuf.IConversionOptions): { [k: string]: any };

            /**
             * Converts this RunEvent to JSON.
             * @returns JSON object
             */
            toJSON(): { [k: string]: any };

            /**
             * Gets the type url for RunEvent
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace RunEvent {

            /** Properties of a RunEvent. */
            interface $Properties {

                /** RunEvent atMs */
                atMs?: (number|null);

                /** RunEvent submitted */
                submitted?: (drydock.v1.Submitted.$Properties|null);

                /** RunEvent result */
                result?: (drydock.v1.Result.$Properties|null);

                /** RunEvent tick */
                tick?: (drydock.v1.Tick.$Properties|null);

                /** RunEvent cancelRequested */
                cancelRequested?: (drydock.v1.CancelRequested.$Properties|null);

                /** RunEvent nodeLost */
                nodeLost?: (drydock.v1.NodeLost.$Properties|null);

                /** RunEvent nodes */
                nodes?: (drydock.v1.NodeView.$Properties[]|null);

                /** RunEvent snapshot */
                snapshot?: (drydock.v1.RunState.$Properties|null);

                /** RunEvent snapshotSeq */
                snapshotSeq?: (number|null);

                /** RunEvent event */
                event?: ("submitted"|"result"|"tick"|"cancelRequested"|"nodeLost");

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Narrowed shape of a RunEvent. */
            type $Shape = {
              atMs?: number|null;
              submitted?: drydock.v1.Submitted.$Shape|null;
              result?: drydock.v1.Result.$Shape|null;
              tick?: drydock.v1.Tick.$Shape|null;
              cancelRequested?: drydock.v1.CancelRequested.$Shape|null;
              nodeLost?: drydock.v1.NodeLost.$Shape|null;
              nodes?: drydock.v1.NodeView.$Shape[]|null;
              snapshot?: drydock.v1.RunState.$Shape|null;
              snapshotSeq?: number|null;
              $unknowns?: Uint8Array[];
            } & (
              ({ event?: undefined; submitted?: null; result?: null; tick?: null; cancelRequested?: null; nodeLost?: null }|{ event?: "submitted"; submitted: drydock.v1.Submitted.$Shape; result?: null; tick?: null; cancelRequested?: null; nodeLost?: null }|{ event?: "result"; submitted?: null; result: drydock.v1.Result.$Shape; tick?: null; cancelRequested?: null; nodeLost?: null }|{ event?: "tick"; submitted?: null; result?: null; tick: drydock.v1.Tick.$Shape; cancelRequested?: null; nodeLost?: null }|{ event?: "cancelRequested"; submitted?: null; result?: null; tick?: null; cancelRequested: drydock.v1.CancelRequested.$Shape; nodeLost?: null }|{ event?: "nodeLost"; submitted?: null; result?: null; tick?: null; cancelRequested?: null; nodeLost: drydock.v1.NodeLost.$Shape })
            );
        }

        /**
         * Properties of a RunEnded.
         * @deprecated Use drydock.v1.RunEnded.$Properties instead.
         */
        interface IRunEnded extends drydock.v1.RunEnded.$Properties {
        }

        /** Represents a RunEnded. */
        class RunEnded {

            /**
             * Constructs a new RunEnded.
             * @param [properties] Properties to set
             */
            constructor(properties?: drydock.v1.RunEnded.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** RunEnded runId. */
            runId: string;

            /** RunEnded outcome. */
            outcome: drydock.v1.RunOutcome;

            /** RunEnded outputUri. */
            outputUri: string;

            /** RunEnded manifestDigest. */
            manifestDigest: string;

            /** RunEnded failure. */
            failure?: (drydock.v1.Failed.$Properties|null);

            /**
             * Creates a new RunEnded instance using the specified properties.
             * @param [properties] Properties to set
             * @returns RunEnded instance
             */
            static create(properties: drydock.v1.RunEnded.$Shape): drydock.v1.RunEnded & drydock.v1.RunEnded.$Shape;
            static create(properties?: drydock.v1.RunEnded.$Properties): drydock.v1.RunEnded;

            /**
             * Encodes the specified RunEnded message. Does not implicitly {@link drydock.v1.RunEnded.verify|verify} messages.
             * @param message RunEnded message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: drydock.v1.RunEnded.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a RunEnded message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {drydock.v1.RunEnded & drydock.v1.RunEnded.$Shape} RunEnded
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): drydock.v1.RunEnded & drydock.v1.RunEnded.$Shape;

            /**
             * Creates a RunEnded message from a plain object. Also converts values to their respective internal types.
             * @param object Plain object
             * @returns RunEnded
             */
            static fromObject(object: { [k: string]: any }): drydock.v1.RunEnded;

            /**
             * Creates a plain object from a RunEnded message. Also converts values to other types if specified.
             * @param message RunEnded
             * @param [options] Conversion options
             * @returns Plain object
             */
            static toObject(message: drydock.v1.RunEnded, options?: $protobuf.IConversionOptions): { [k: string]: any };

            /**
             * Converts this RunEnded to JSON.
             * @returns JSON object
             */
            toJSON(): { [k: string]: any };

            /**
             * Gets the type url for RunEnded
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace RunEnded {

            /** Properties of a RunEnded. */
            interface $Properties {

                /** RunEnded runId */
                runId?: (string|null);

                /** RunEnded outcome */
                outcome?: (drydock.v1.RunOutcome|null);

                /** RunEnded outputUri */
                outputUri?: (string|null);

                /** RunEnded manifestDigest */
                manifestDigest?: (string|null);

                /** RunEnded failure */
                failure?: (drydock.v1.Failed.$Properties|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a RunEnded. */
            type $Shape = drydock.v1.RunEnded.$Properties;
        }
    }
}
