-- | The endpoints as an OpenAPI 3.1 document.
module Retail.Contract.OpenApi (openApi) where

import Data.Aeson (Value (..), object, toJSON, (.=))
import Data.Aeson.Key qualified as Key
import Data.Aeson.KeyMap qualified as KeyMap
import Data.Aeson.Text (encodeToLazyText)
import Data.ByteString.Lazy qualified as Lazy
import Data.List (nub)
import Data.Map.Strict qualified as Map
import Data.Maybe (maybeToList)
import Data.Text (Text)
import Data.Text qualified as Text
import Data.Text.Lazy.Encoding (encodeUtf8)
import Retail.App.Problem (Code, codeText)
import Retail.Contract.Reflect
import Retail.Contract.Schema (Field (..), Schema (..), named)

openApi :: [Endpoint] -> Lazy.ByteString
openApi endpoints = encodeUtf8 (encodeToLazyText document) <> "\n"
  where
    document =
      object
        [ "openapi" .= text "3.1.0",
          "info" .= object ["title" .= text "retail-api", "version" .= text "1"],
          "paths" .= Object (KeyMap.fromList [(Key.fromText path, Object (KeyMap.fromList methods)) | (path, methods) <- byPath]),
          "components" .= object ["schemas" .= schemas, "securitySchemes" .= object ["staff" .= cookie], "responses" .= object ["Problem" .= problem]]
        ]
    byPath = Map.toList (Map.fromListWith (flip (<>)) [(template endpoint, [(Key.fromText (Text.toLower method), operation endpoint)]) | endpoint@Endpoint {method} <- endpoints])
    cookie = object ["type" .= text "apiKey", "in" .= text "cookie", "name" .= text "retail_session"]
    schemas = Object (KeyMap.fromList [(Key.fromText name, definition schema) | schema <- allNamed endpoints, name <- maybeToList (nameOf schema)])

allNamed :: [Endpoint] -> [Schema]
allNamed endpoints = nub (concat [concatMap named (maybeToList body <> maybeToList answer) | Endpoint {body, answer} <- endpoints])

nameOf :: Schema -> Maybe Text
nameOf = \case
  Record name _ -> Just name
  Enumeration name _ -> Just name
  _ -> Nothing

operation :: Endpoint -> Value
operation Endpoint {..} =
  object $
    [ "operationId" .= name,
      "parameters" .= (concatMap captured path <> map queried queries <> [key | once]),
      "responses" .= object [Key.fromText (Text.pack (show status)) .= response, "default" .= reference "responses" "Problem"]
    ]
      <> ["requestBody" .= object ["required" .= True, "content" .= json schema] | Just schema <- [body]]
      <> ["security" .= [object ["staff" .= ([] :: [Text])]] | authenticated]
  where
    captured = \case
      Literal _ -> []
      Captured Parameter {name, shape} -> [parameter "path" True name (shapeOf shape)]
    queried Parameter {name, shape} = parameter "query" False name (shapeOf shape)
    key = parameter "header" True "Idempotency-Key" uuid
    response = object ("description" .= text "done" : ["content" .= json schema | Just schema <- [answer]])

parameter :: Text -> Bool -> Text -> Value -> Value
parameter place required name schema =
  object ["in" .= place, "required" .= required, "name" .= name, "schema" .= schema]

json :: Schema -> Value
json schema = object ["application/json" .= object ["schema" .= shapeOf schema]]

problem :: Value
problem =
  object
    [ "description" .= text "what was wrong (RFC 9457)",
      "content" .= object ["application/problem+json" .= object ["schema" .= body]]
    ]
  where
    body =
      object
        [ "type" .= text "object",
          "required" .= map text ["type", "title", "status", "code", "detail"],
          "properties"
            .= object
              [ "type" .= string,
                "title" .= string,
                "status" .= object ["type" .= text "integer"],
                "code" .= object ["enum" .= map codeText [minBound :: Code ..]],
                "detail" .= string
              ]
        ]

definition :: Schema -> Value
definition = \case
  Record _ fields ->
    object
      [ "type" .= text "object",
        "additionalProperties" .= False,
        "required" .= [name | Field {name, shape} <- fields, not (optional shape)],
        "properties" .= Object (KeyMap.fromList [(Key.fromText name, shapeOf shape) | Field {name, shape} <- fields])
      ]
  Enumeration _ values -> object ["enum" .= values]
  other -> shapeOf other
  where
    optional = \case
      Optional _ -> True
      _ -> False

shapeOf :: Schema -> Value
shapeOf = \case
  AnyText -> string
  SecretText -> object ["type" .= text "string", "format" .= text "password"]
  Whole -> integer "" Nothing
  Amount -> integer "minor units" Nothing
  Count -> integer "thousandths of a unit" (Just (1, 1_000_000_000))
  Tally -> integer "thousandths of a unit" (Just (0, 1_000_000_000))
  Points -> integer "hundredths of a percent" (Just (0, 10_000))
  Flag -> object ["type" .= text "boolean"]
  Instant -> object ["type" .= text "string", "format" .= text "date-time"]
  Identifier _ -> uuid
  Record name _ -> reference "schemas" name
  Enumeration name _ -> reference "schemas" name
  List inner -> object ["type" .= text "array", "items" .= shapeOf inner]
  Optional inner -> object ["anyOf" .= [shapeOf inner, object ["type" .= text "null"]]]
  where
    integer :: Text -> Maybe (Int, Int) -> Value
    integer unit range =
      object (["type" .= text "integer"] <> ["description" .= unit | not (Text.null unit)] <> concat [["minimum" .= low, "maximum" .= high] | Just (low, high) <- [range]])

uuid, string :: Value
uuid = object ["type" .= text "string", "format" .= text "uuid"]
string = object ["type" .= text "string"]

reference :: Text -> Text -> Value
reference kind name = object ["$ref" .= ("#/components/" <> kind <> "/" <> name)]

text :: Text -> Value
text = toJSON
