-- | Why a request has no answer that we can use.
module Retail.Data.Fault (Fault(..), sentence, isLoggedOut) where

import Prelude

data Fault
  -- | The network, or the time, ran out. It is unknown whether the request was heard.
  = NoAnswer
  -- | A problem document (RFC 9457).
  | Refused { status :: Int, code :: String, detail :: String }
  -- | An answer that is not what the contract says.
  | Unreadable String

derive instance Eq Fault

instance Show Fault where
  show = sentence

sentence :: Fault -> String
sentence = case _ of
  NoAnswer -> "The server does not answer. Nothing is lost; trying again is safe."
  Refused { detail } -> detail
  Unreadable reason -> "The server's answer was not understood: " <> reason

isLoggedOut :: Fault -> Boolean
isLoggedOut = case _ of
  Refused { code } -> code == "unauthenticated"
  _ -> false
