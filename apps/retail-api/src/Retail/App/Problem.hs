-- | What a caller did wrong, or we could not do, with a code that stays the same (RFC 9457).
module Retail.App.Problem
  ( Code (..),
    Problem (..),
    TooMany (..),
    codeText,
    statusOf,
    titleOf,
    refuse,
    orRefuse,
    unchanged,
    wrongStep,
    problemBody,
  )
where

import Control.Exception (Exception, throwIO)
import Control.Monad (unless)
import Data.Aeson.Encoding qualified as Encoding
import Data.ByteString.Lazy qualified as Lazy
import Data.Text (Text)
import Data.Text qualified as Text
import Network.HTTP.Types
import Retail.Contract.Wire (enumText)

data Code
  = MalformedRequest
  | Unauthenticated
  | WrongCredentials
  | CardDeclined
  | Forbidden
  | NotFound
  | MethodNotAllowed
  | NotAcceptable
  | VersionConflict
  | WrongState
  | PriceChanged
  | Duplicate
  | InsufficientStock
  | BodyTooLarge
  | UnsupportedMediaType
  | UnknownReference
  | KeyReused
  | CurrencyMismatch
  | InvalidValue
  | DiscountTooLarge
  | TotalTooLarge
  | Uncovered
  | RefundTooLarge
  | ReceiptTooLarge
  | TooManyAttempts
  | PinLocked
  | Internal
  | Unavailable
  deriving stock (Eq, Show, Enum, Bounded)

data Problem = Problem {code :: Code, detail :: Text}
  deriving stock (Eq, Show)

instance Exception Problem

-- | For so many seconds nothing is tried.
newtype TooMany = TooMany Int
  deriving stock (Show)

instance Exception TooMany

codeText :: Code -> Text
codeText = enumText

statusOf :: Code -> Status
statusOf = \case
  MalformedRequest -> status400
  Unauthenticated -> status401
  WrongCredentials -> status401
  CardDeclined -> status402
  Forbidden -> status403
  NotFound -> status404
  MethodNotAllowed -> status405
  NotAcceptable -> status406
  VersionConflict -> status409
  WrongState -> status409
  PriceChanged -> status409
  Duplicate -> status409
  InsufficientStock -> status409
  BodyTooLarge -> status413
  UnsupportedMediaType -> status415
  UnknownReference -> status422
  KeyReused -> status422
  CurrencyMismatch -> status422
  InvalidValue -> status422
  DiscountTooLarge -> status422
  TotalTooLarge -> status422
  Uncovered -> status422
  RefundTooLarge -> status422
  ReceiptTooLarge -> status422
  TooManyAttempts -> status429
  PinLocked -> status429
  Internal -> status500
  Unavailable -> status503

titleOf :: Code -> Text
titleOf = capitalised . Text.replace "-" " " . codeText
  where
    capitalised text = Text.toUpper (Text.take 1 text) <> Text.drop 1 text

refuse :: Code -> Text -> IO a
refuse code detail = throwIO Problem {code, detail}

orRefuse :: Maybe a -> (Code, Text) -> IO a
orRefuse found (code, detail) = maybe (refuse code detail) pure found

-- | What is edited is at the version that was read.
unchanged :: Text -> Int -> Int -> IO ()
unchanged what version edited =
  unless (version == edited) (refuse VersionConflict ("The " <> what <> " is at version " <> Text.pack (show version) <> "."))

-- | What is in a state that a step does not begin in.
wrongStep :: Text -> Text -> Text -> (Code, Text)
wrongStep what state action = (WrongState, what <> " that is " <> state <> " does not take the step " <> action <> ".")

problemBody :: Problem -> Lazy.ByteString
problemBody Problem {code, detail} =
  Encoding.encodingToLazyByteString . Encoding.pairs $
    mconcat
      [ Encoding.pair "type" (Encoding.text ("urn:retail:problem:" <> codeText code)),
        Encoding.pair "title" (Encoding.text (titleOf code)),
        Encoding.pair "status" (Encoding.int (statusCode (statusOf code))),
        Encoding.pair "code" (Encoding.text (codeText code)),
        Encoding.pair "detail" (Encoding.text detail)
      ]
