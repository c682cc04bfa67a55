-- | What all pages share: who is here, which drawer is open, what waits to be sent.
module Retail.Store (Store, emptyStore, OpenDrawer, openDrawerCodec) where

import Prelude (($))

import Data.Codec.Argonaut (JsonCodec, object)
import Data.Codec.Argonaut.Record (record)
import Data.Maybe (Maybe(..))
import Retail.Api.Codec (tillCodec, tillSessionCodec)
import Retail.Api.Types (Me, Sale, Till, TillSession)
import Retail.Data.Known (Known, emptyKnown)
import Retail.Data.Queue (Queued)

type OpenDrawer = { till :: Till, session :: TillSession }

type Store =
  { me :: Maybe Me
  , drawer :: Maybe OpenDrawer
  , online :: Boolean
  , queued :: Array Queued
  -- | Sales that another version of the till has kept, and this one cannot read.
  , unread :: Int
  -- | What the till can look up by itself.
  , known :: Known
  -- | A parked sale on its way back to the counter.
  , resumed :: Maybe Sale
  }

emptyStore :: Store
emptyStore = { me: Nothing, drawer: Nothing, online: true, queued: [], unread: 0, known: emptyKnown, resumed: Nothing }

openDrawerCodec :: JsonCodec OpenDrawer
openDrawerCodec = object "OpenDrawer" $ record { till: tillCodec, session: tillSessionCodec }
