-- | The endpoints as a PureScript client: types, codecs (codec-argonaut) and requests.
module Retail.Contract.PureScript (pureScript) where

import Data.Char (toLower, toUpper)
import Data.List (nub, sort)
import Data.Maybe (maybeToList)
import Data.Text (Text)
import Data.Text qualified as Text
import Retail.Contract.Reflect
import Retail.Contract.Schema (Field (..), Schema (..), named)
import Retail.Contract.Schema qualified as Schema

-- | Paths and modules.
pureScript :: [Endpoint] -> [(FilePath, Text)]
pureScript endpoints =
  [ ("purescript/Retail/Api/Types.purs", Text.unlines (header <> typesModule kinds schemas)),
    ("purescript/Retail/Api/Codec.purs", Text.unlines (header <> codecModule kinds schemas)),
    ("purescript/Retail/Api/Request.purs", Text.unlines (header <> requestModule endpoints))
  ]
  where
    header = ["-- Made by `retail-api generate` from the type of the API. Do not edit."]
    schemas = nub (concat [concatMap named (maybeToList body <> maybeToList answer) | Endpoint {body, answer} <- endpoints])
    kinds = sort . nub $ concat [kindsIn schema | Record _ fields <- schemas, Field {shape = schema} <- fields] <> concat [kindsIn shape | Endpoint {path} <- endpoints, Captured Parameter {shape} <- path]
    kindsIn = \case
      Identifier kind -> [kind]
      List inner -> kindsIn inner
      Optional inner -> kindsIn inner
      _ -> []

typesModule :: [Text] -> [Schema] -> [Text]
typesModule kinds schemas =
  ["module Retail.Api.Types where", "", "import Prelude (class Eq, class Ord, class Show)", "", "import Data.Maybe (Maybe)"]
    <> concatMap identifier kinds
    <> concatMap declaration schemas
  where
    identifier kind =
      let name = idType kind
       in ["", "newtype " <> name <> " = " <> name <> " String", "", "derive newtype instance Eq " <> name, "derive newtype instance Ord " <> name, "derive newtype instance Show " <> name]
    declaration = \case
      Enumeration name values ->
        ["", "data " <> name]
          <> zipWith (\mark value -> "  " <> mark <> " " <> constructor name value) ("=" : repeat "|") values
          <> ["", "derive instance Eq " <> name, "derive instance Ord " <> name]
      Record name fields -> ["", "type " <> name <> " ="] <> braced [field <> " :: " <> typeOf shape | Field field shape <- fields]
      _ -> []

codecModule :: [Text] -> [Schema] -> [Text]
codecModule kinds schemas =
  [ "module Retail.Api.Codec where",
    "",
    "import Prelude (($))",
    "",
    "import Data.Codec.Argonaut as CA",
    "import Data.Codec.Argonaut.Compat as Compat",
    "import Data.Codec.Argonaut.Record as CAR",
    "import Data.Maybe (Maybe(..))",
    "import Data.Profunctor (dimap)",
    "import Retail.Api.Types"
  ]
    <> concatMap identifier kinds
    <> concatMap definition schemas
  where
    identifier kind =
      let name = idType kind
       in ["", codecName name <> " :: CA.JsonCodec " <> name, codecName name <> " = dimap (\\(" <> name <> " text) -> text) " <> name <> " CA.string"]
    definition = \case
      Enumeration name values ->
        ["", codecName name <> " :: CA.JsonCodec " <> name, codecName name <> " = CA.prismaticCodec \"" <> name <> "\" read print CA.string", "  where", "  read = case _ of"]
          <> ["    " <> quoted value <> " -> Just " <> constructor name value | value <- values]
          <> ["    _ -> Nothing", "  print = case _ of"]
          <> ["    " <> constructor name value <> " -> " <> quoted value | value <- values]
      Record name fields ->
        ["", codecName name <> " :: CA.JsonCodec " <> name, codecName name <> " = CA.object \"" <> name <> "\" $ CAR.record"]
          <> braced [field <> ": " <> codecOf shape | Field field shape <- fields]
      _ -> []

requestModule :: [Endpoint] -> [Text]
requestModule endpoints =
  [ "module Retail.Api.Request where",
    "",
    "import Prelude ((<$>), (<>))",
    "import Prelude as Prelude",
    "",
    "import Data.Argonaut.Core (Json)",
    "import Data.Array (catMaybes)",
    "import Data.Codec.Argonaut as CA",
    "import Data.Maybe (Maybe(..), fromMaybe)",
    "import Data.Number.Format (toString)",
    "import Data.String (joinWith)",
    "import JSURI (encodeURIComponent)",
    "import Retail.Api.Codec",
    "import Retail.Api.Types",
    "",
    "-- | What to send. `once` asks for an Idempotency-Key, the same for each try.",
    "type Request answer =",
    "  { method :: String",
    "  , path :: String",
    "  , once :: Boolean",
    "  , body :: Maybe Json",
    "  , answer :: Maybe (CA.JsonCodec answer)",
    "  }",
    "",
    "query :: Array (Maybe String) -> String",
    "query given = case catMaybes given of",
    "  [] -> \"\"",
    "  parts -> \"?\" <> joinWith \"&\" parts",
    "",
    "escaped :: String -> String",
    "escaped text = fromMaybe \"\" (encodeURIComponent text)"
  ]
    <> concatMap request endpoints

request :: Endpoint -> [Text]
request Endpoint {..} =
  ["", name <> " :: " <> Text.intercalate " -> " (map fst arguments <> ["Request " <> maybe "Prelude.Unit" (nested typeOf) answer])]
    <> [Text.unwords (name : map snd arguments) <> " ="]
    <> braced
      [ "method: " <> quoted method,
        "path: " <> Text.intercalate " <> " (pathText <> queryText),
        "once: " <> if once then "true" else "false",
        "body: " <> maybe "Nothing" (\schema -> "Just (CA.encode " <> nested codecOf schema <> " body)") body,
        "answer: " <> maybe "Nothing" (\schema -> "Just " <> nested codecOf schema) answer
      ]
  where
    arguments =
      concat [[(typeOf shape, captured)] | Captured Parameter {name = parameter, shape} <- path, let captured = binder parameter shape]
        <> [("{ " <> Text.intercalate ", " [parameter <> " :: Maybe " <> typeOf shape | Parameter parameter shape <- queries] <> " }", "wanted") | not (null queries)]
        <> [(typeOf schema, "body") | Just schema <- [body]]
    binder parameter = \case
      Identifier kind -> "(" <> idType kind <> " " <> lowered (camel parameter) <> ")"
      _ -> camel parameter
    pathText = map segmentText path
    segmentText = \case
      Literal text -> quoted ("/" <> text)
      Captured Parameter {name = parameter} -> "\"/\" <> escaped " <> lowered (camel parameter)
    queryText = ["query [ " <> Text.intercalate ", " [asked parameter shape | Parameter parameter shape <- queries] <> " ]" | not (null queries)]
    asked parameter shape = "(\\" <> valueOf shape <> " -> " <> quoted (parameter <> "=") <> " <> " <> printed shape <> ") <$> wanted." <> parameter
    valueOf = \case
      Identifier kind -> "(" <> idType kind <> " value)"
      _ -> "value"
    printed = \case
      Whole -> "toString value"
      _ -> "escaped value"

typeOf :: Schema -> Text
typeOf = \case
  AnyText -> "String"
  SecretText -> "String"
  Schema.Flag -> "Boolean"
  Instant -> "String"
  Identifier kind -> idType kind
  Enumeration name _ -> name
  Record name _ -> name
  List inner -> "Array " <> nested typeOf inner
  Optional inner -> "Maybe " <> nested typeOf inner
  _ -> "Number"

codecOf :: Schema -> Text
codecOf = \case
  List inner -> "CA.array " <> nested codecOf inner
  Optional inner -> "Compat.maybe " <> nested codecOf inner
  Identifier kind -> codecName (idType kind)
  Enumeration name _ -> codecName name
  Record name _ -> codecName name
  schema -> case typeOf schema of
    "Boolean" -> "CA.boolean"
    "Number" -> "CA.number"
    _ -> "CA.string"

-- | In parentheses where it is applied to something.
nested :: (Schema -> Text) -> Schema -> Text
nested said schema = case schema of
  List _ -> "(" <> said schema <> ")"
  Optional _ -> "(" <> said schema <> ")"
  _ -> said schema

-- | @till-session@ is @TillSessionId@.
idType :: Text -> Text
idType kind = camelUp kind <> "Id"

codecName :: Text -> Text
codecName name = lowered name <> "Codec"

-- | Two enumerations may share a word: the constructor says whose it is.
constructor :: Text -> Text -> Text
constructor name value = name <> camelUp (Text.toLower value)

camelUp, camel, lowered, raised :: Text -> Text
camelUp = foldMap raised . Text.splitOn "-"
camel = lowered . camelUp
lowered text = Text.map toLower (Text.take 1 text) <> Text.drop 1 text
raised text = Text.map toUpper (Text.take 1 text) <> Text.drop 1 text

quoted :: Text -> Text
quoted = Text.pack . show . Text.unpack

braced :: [Text] -> [Text]
braced rows = zipWith (\mark row -> "  " <> mark <> " " <> row) ("{" : repeat ",") rows <> ["  }"]
