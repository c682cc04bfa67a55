-- | What a value looks like on the wire, as data: the OpenAPI document, the PureScript client and the test that tries
-- foreign ids are all made from it.
module Retail.Contract.Schema
  ( Schema (..),
    Field (..),
    named,
  )
where

import Data.List (nub)
import Data.Text (Text)

data Schema
  = AnyText
  | -- | A text that is never shown again.
    SecretText
  | Whole
  | -- | Minor units.
    Amount
  | -- | Thousandths of a unit.
    Count
  | -- | The same, or nothing.
    Tally
  | -- | Hundredths of a percent.
    Points
  | Flag
  | Instant
  | -- | A UUID, and what it identifies.
    Identifier Text
  | -- | Its name, and its values.
    Enumeration Text [Text]
  | Record Text [Field]
  | List Schema
  | Optional Schema
  deriving stock (Eq, Show)

data Field = Field {name :: Text, shape :: Schema}
  deriving stock (Eq, Show)

-- | The records and enumerations in a schema, those that others need first.
named :: Schema -> [Schema]
named = nub . go
  where
    go = \case
      Record name fields -> concat [go shape | Field {shape} <- fields] <> [Record name fields]
      enumeration@Enumeration {} -> [enumeration]
      List inner -> go inner
      Optional inner -> go inner
      _ -> []
