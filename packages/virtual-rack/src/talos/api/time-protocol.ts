import { create, createFileRegistry, type DescFile, type DescService } from '@bufbuild/protobuf'
import {
  FileDescriptorProtoSchema,
  file_google_protobuf_empty,
  file_google_protobuf_timestamp,
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
} from '@bufbuild/protobuf/wkt'
import { common } from '@homerack/talos/protocol'

const imports: Record<string, DescFile> = {
  'common/common.proto': common.file_common_common,
  'google/protobuf/empty.proto': file_google_protobuf_empty,
  'google/protobuf/timestamp.proto': file_google_protobuf_timestamp,
}

const text = (name: string, number: number) => ({ name, number, type: Type.STRING, label: Label.OPTIONAL })
const message = (name: string, number: number, typeName: string, label = Label.OPTIONAL) => ({
  name,
  number,
  type: Type.MESSAGE,
  label,
  typeName,
})

/** `time/time.proto` of Talos 1.13.9, which only a rack needs. */
const file = create(FileDescriptorProtoSchema, {
  name: 'time/time.proto',
  package: 'time',
  syntax: 'proto3',
  dependency: Object.keys(imports),
  messageType: [
    { name: 'TimeRequest', field: [text('server', 1)] },
    {
      name: 'Time',
      field: [
        message('metadata', 1, '.common.Metadata'),
        text('server', 2),
        message('localtime', 3, '.google.protobuf.Timestamp'),
        message('remotetime', 4, '.google.protobuf.Timestamp'),
      ],
    },
    { name: 'TimeResponse', field: [message('messages', 1, '.time.Time', Label.REPEATED)] },
  ],
  service: [
    {
      name: 'TimeService',
      method: [
        { name: 'Time', inputType: '.google.protobuf.Empty', outputType: '.time.TimeResponse' },
        { name: 'TimeCheck', inputType: '.time.TimeRequest', outputType: '.time.TimeResponse' },
      ],
    },
  ],
})

const service = createFileRegistry(file, (name) => imports[name]).getService('time.TimeService')
if (!service) throw new TypeError('time.TimeService is not defined')

/** Talos' time.TimeService. */
export const timeService: DescService = service
