-- | Sales that the server has not confirmed yet. A sale keeps its id and its idempotency key for ever, so sending it
-- again does nothing twice.
module Retail.Data.Queue (Queued, State(..), queuedCodec, afterAnswer, isWaiting, saleIdText) where

import Prelude

import Data.Codec.Argonaut as CA
import Data.Codec.Argonaut.Record as CAR
import Data.Either (Either(..))
import Data.Maybe (Maybe(..))
import Data.Profunctor (dimap)
import Data.String (Pattern(..), stripPrefix)
import Retail.Api.Codec (checkoutCodec, currencyCodec)
import Retail.Api.Types (Checkout, Currency, Sale, SaleId(..))
import Retail.Data.Fault (Fault(..))

data State
  = Waiting
  -- | The server refused it, or booked another amount than the customer paid. Somebody must look at it.
  | Attention String

derive instance Eq State

instance Show State where
  show = case _ of
    Waiting -> "waiting"
    Attention reason -> "attention: " <> reason

type Queued =
  { key :: String
  , at :: String
  , organisation :: String
  , currency :: Currency
  -- | What the customer paid.
  , due :: Number
  , checkout :: Checkout
  , state :: State
  }

isWaiting :: Queued -> Boolean
isWaiting { state } = state == Waiting

saleIdText :: Queued -> String
saleIdText { checkout: { saleId: SaleId text } } = text

-- | What becomes of it: `Nothing` once it is booked as it was paid.
afterAnswer :: Either Fault Sale -> Queued -> Maybe Queued
afterAnswer answer queued = case answer of
  Right { head: { total, rounding } } ->
    if total + rounding == queued.due then Nothing
    else Just queued { state = Attention "Booked, but prices had changed: the amount differs from what was paid. The drawer will differ by as much." }
  Left (Refused { status, detail }) ->
    if status == 401 || status == 429 || status >= 500 then Just queued
    else Just queued { state = Attention detail }
  Left _ -> Just queued

queuedCodec :: CA.JsonCodec Queued
queuedCodec = CA.object "Queued" $ CAR.record
  { key: CA.string
  , at: CA.string
  , organisation: CA.string
  , currency: currencyCodec
  , due: CA.number
  , checkout: checkoutCodec
  , state: stateCodec
  }

stateCodec :: CA.JsonCodec State
stateCodec = dimap write read CA.string
  where
  write = case _ of
    Waiting -> ""
    Attention reason -> "!" <> reason
  read text = case stripPrefix (Pattern "!") text of
    Just reason -> Attention reason
    Nothing -> Waiting
