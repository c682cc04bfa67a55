{-# OPTIONS_GHC -Wno-partial-fields #-}

-- | Everything that is worth telling. The log and the metrics are two readers of it.
module Retail.Obs.Event (Event (..), Level (..), levelOf) where

import Data.Text (Text)
import Retail.Domain.Id (Id)

data Event
  = Started {port :: Int}
  | Draining
  | Stopped
  | Migrated {migration :: Text}
  | -- | @route@ is the template, so that there are as many as the API has.
    Served {method :: Text, route :: Text, status :: Int, seconds :: Double, request :: Text}
  | SaleCompleted {organisation :: Id "organisation", sale :: Id "sale"}
  | SaleRefunded {organisation :: Id "organisation", refund :: Id "refund"}
  | CardRefused {organisation :: Id "organisation"}
  | Purged {rows :: Int}
  | LoginRefused
  | PaymentEventRefused
  | OrderExpired {organisation :: Id "organisation", order :: Id "web-order"}
  | PinRefused {organisation :: Id "organisation"}
  | DatabaseTrouble {reason :: Text}
  | -- | An exception that nobody expected.
    Bug {reason :: Text, request :: Text}
  deriving stock (Eq, Show)

data Level = Info | Warning | Error
  deriving stock (Eq, Show)

levelOf :: Event -> Level
levelOf = \case
  Bug {} -> Error
  DatabaseTrouble {} -> Warning
  LoginRefused -> Warning
  PaymentEventRefused -> Warning
  PinRefused {} -> Warning
  _ -> Info
